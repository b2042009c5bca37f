// The hall is shaded once: without the key light and the key light alone, so that the shadows of
// people can be laid over it later without shading it again.
layout(location = 0) out vec4 without_key;
layout(location = 1) out vec4 key_alone;

void main() {
    Surface surface = surface_here(normalize(normal));
    vec3 to_eye = normalize(eye - place);
    without_key = vec4(soft_light(surface, to_eye) + glow(surface), 0.0);
    key_alone = vec4(key_light(surface, to_eye) * reached(hall_shadow, hall_shadow_view, 0.0015), 0.0);
}
