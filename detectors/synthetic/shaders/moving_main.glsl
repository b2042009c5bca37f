// People and their loads; the fourth channel tells whose pixel it is.
uniform float owner;
layout(location = 0) out vec4 colour;

void main() {
    vec3 to_eye = normalize(eye - place);
    vec3 outwards = normalize(normal);
    if (dot(outwards, to_eye) < -0.2) {
        outwards = -outwards;
    }
    Surface surface = surface_here(outwards);
    float lit = reached(people_shadow, people_shadow_view, 0.004)
        * reached(hall_shadow, hall_shadow_view, 0.0015);
    colour = vec4(soft_light(surface, to_eye) + lit * key_light(surface, to_eye), owner);
}
