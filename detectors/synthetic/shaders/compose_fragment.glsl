// Lays the shadows of people over the finished hall, and its depth under them.
uniform sampler2D without_key, key_alone, hall_depth;
uniform sampler2DShadow people_shadow;
uniform mat4 people_shadow_view, world_from_view;
layout(location = 0) out vec4 colour;

float reached(vec3 place) {
    vec4 at = people_shadow_view * vec4(place, 1.0);
    vec3 lookup = at.xyz / at.w * 0.5 + 0.5;
    if (any(lessThan(lookup, vec3(0.0))) || any(greaterThan(lookup, vec3(1.0)))) {
        return 1.0;
    }
    lookup.z -= 0.004;
    vec2 texel = 1.2 / vec2(textureSize(people_shadow, 0));
    return 0.25 * (texture(people_shadow, lookup + vec3(texel.x, texel.y, 0.0))
        + texture(people_shadow, lookup + vec3(-texel.x, texel.y, 0.0))
        + texture(people_shadow, lookup + vec3(texel.x, -texel.y, 0.0))
        + texture(people_shadow, lookup + vec3(-texel.x, -texel.y, 0.0)));
}

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    float depth = texelFetch(hall_depth, at, 0).r;
    vec2 share = gl_FragCoord.xy / vec2(textureSize(hall_depth, 0));
    vec4 world = world_from_view * vec4(vec3(share, depth) * 2.0 - 1.0, 1.0);
    vec3 key_part = texelFetch(key_alone, at, 0).rgb * reached(world.xyz / world.w);
    colour = vec4(texelFetch(without_key, at, 0).rgb + key_part, 0.0);
    gl_FragDepth = depth;
}
