// One key light with shadows, one fill without, light from all around.
in vec3 place;
in vec3 normal;
in vec3 rest;
in vec4 extra;
uniform vec3 eye;
uniform vec3 key_direction, key, fill_direction, fill, above, below;
uniform sampler2DShadow hall_shadow, people_shadow;
uniform mat4 hall_shadow_view, people_shadow_view;

struct Surface {
    vec3 albedo;
    vec3 normal;
    float shine;  // strength of the highlight
    float polish;  // exponent of the highlight
};

// Share of the key light that reaches a place; outside the shadow map all of it.
float reached(sampler2DShadow map, mat4 view_of_light, float bias) {
    vec4 at = view_of_light * vec4(place + normal * 0.012, 1.0);
    vec3 lookup = at.xyz / at.w * 0.5 + 0.5;
    if (any(lessThan(lookup, vec3(0.0))) || any(greaterThan(lookup, vec3(1.0)))) {
        return 1.0;
    }
    lookup.z -= bias;
    vec2 texel = 0.75 / vec2(textureSize(map, 0));
    return 0.25 * (texture(map, lookup + vec3(texel.x, texel.y, 0.0))
        + texture(map, lookup + vec3(-texel.x, texel.y, 0.0))
        + texture(map, lookup + vec3(texel.x, -texel.y, 0.0))
        + texture(map, lookup + vec3(-texel.x, -texel.y, 0.0)));
}

vec3 key_light(Surface surface, vec3 to_eye) {
    float highlight = pow(max(dot(surface.normal, normalize(key_direction + to_eye)), 0.0), surface.polish);
    return key * (surface.albedo * max(dot(surface.normal, key_direction), 0.0) + surface.shine * highlight);
}

vec3 soft_light(Surface surface, vec3 to_eye) {
    vec3 around = mix(below, above, 0.5 + 0.5 * surface.normal.y);
    float wrapped = max(0.7 * dot(surface.normal, fill_direction) + 0.3, 0.0);
    float rim = pow(1.0 - max(dot(surface.normal, to_eye), 0.0), 4.0);
    return surface.albedo * (around + fill * wrapped) + surface.shine * 0.35 * rim * above;
}
