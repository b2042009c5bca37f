// From light to picture: bends it as the lens does, darkens corners and contacts, sets the tones.
uniform sampler2D scene, scene_depth;
uniform vec2 centre;  // principal point, pixels of the target
uniform float focal;  // pixels of the target
uniform float lens;
uniform vec2 extent;  // half width and height of the scene, focal lengths
uniform float nearest, farthest;
uniform float exposure, vignette;
layout(location = 0) out vec4 picture;
layout(location = 1) out float depth_m;

const float PI = 3.14159265;
const int TAPS = 8;
const float RADIUS_M = 0.22;

float metres(vec2 at) {
    float depth = texture(scene_depth, at).r;
    return nearest * farthest / (farthest - depth * (farthest - nearest));
}

vec3 seen_at(vec2 straight) {
    return vec3(straight, 1.0) * metres(straight / extent * 0.5 + 0.5);
}

// Share of the surroundings that is near and in front of the tangent plane. Measuring against the
// plane keeps floors even, also next to the outline of a person.
float crowding(vec3 here, vec2 straight) {
    vec3 outwards = normalize(cross(dFdx(here), dFdy(here)));
    outwards *= -sign(dot(outwards, here));
    float turn = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453) * 2.0 * PI;
    float sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
        float angle = turn + float(i) * 2.399963;
        float reach = RADIUS_M * sqrt((float(i) + 0.5) / float(TAPS)) / here.z;
        vec3 towards = seen_at(straight + reach * vec2(cos(angle), sin(angle))) - here;
        float away = dot(towards, towards);
        sum += max(dot(towards, outwards) - 0.004 * here.z, 0.0) / (away + 0.002)
            * step(away, 4.0 * RADIUS_M * RADIUS_M);
    }
    return clamp(sum * 0.16 / float(TAPS), 0.0, 0.75);
}

void main() {
    vec2 bent = (gl_FragCoord.xy - centre) / focal;
    vec2 straight = bent / (1.0 + lens * dot(bent, bent));
    vec2 at = straight / extent * 0.5 + 0.5;
    vec3 here = seen_at(straight);
    vec3 light = texture(scene, at).rgb * (1.0 - crowding(here, straight));
    light *= exposure * (1.0 - vignette * dot(bent, bent));
    light = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14);
    float owner = texelFetch(scene, ivec2(at * vec2(textureSize(scene, 0))), 0).a;
    picture = vec4(pow(clamp(light, 0.0, 1.0), vec3(1.0 / 2.2)), owner / 255.0);
    depth_m = here.z;
}
