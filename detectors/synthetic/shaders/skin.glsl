// Skin with a face of enough contrast to tell left from right.
float brow(vec3 face) {
    float band = 1.0 - smoothstep(0.004, 0.008, abs(face.y - 0.024 - 0.004 * sin(abs(face.x) * 60.0)));
    return band * smoothstep(0.008, 0.014, abs(face.x)) * (1.0 - smoothstep(0.046, 0.053, abs(face.x)));
}

float mouth(vec3 face) {
    return (1.0 - smoothstep(0.005, 0.009, abs(face.y + 0.068))) * (1.0 - smoothstep(0.02, 0.028, abs(face.x)));
}

bool on_scalp(vec3 face) {
    bool behind = face.z < 0.035 && face.y > -0.075 && (abs(face.x) < 0.070 || face.y > 0.025);
    float above_brow = face.y - 0.03 - 0.35 * max(0.0, 0.05 - face.z);
    return behind || (above_brow > 0.035 && face.z < 0.11);
}

// Hair, also below a cap: the back of a bald head passes for a face. Where the skull would come
// through a hat, it has the colour of the hat.
vec3 scalp(vec3 face, float strand) {
    vec3 below_hat = mix(vec3(0.03, 0.022, 0.018), vec3(0.22, 0.15, 0.09), fract(7.0 * pattern));
    vec3 colour = hair > 0.5 || face.y > 0.045 ? hat_colour : below_hat;
    return colour * mix(1.0, 0.6 + 0.8 * strand, max(hair, step(face.y, 0.045)));
}

Surface surface_here(vec3 outwards) {
    float head = extra.w;
    vec4 pores = noise(rest, vec3(40.0));
    vec3 albedo = skin_colour * (0.86 + 0.28 * pores.x);
    albedo = mix(albedo, glove_colour, step(1.93, extra.x));
    if (head > 0.5) {
        vec3 face = vec3(rest.x, rest.y - eye_m, rest.z);
        float front = smoothstep(0.04, 0.07, rest.z);
        float socket = 1.0 - smoothstep(0.010, 0.030, length(vec2(abs(face.x) - 0.031, face.y)));
        albedo *= 1.0 - front * (0.78 * brow(face) + 0.45 * socket);
        albedo = mix(albedo, albedo * vec3(0.62, 0.33, 0.32), front * mouth(face));
        albedo = mix(albedo, albedo * vec3(1.08, 0.86, 0.82), front * step(abs(face.x), 0.016) * step(-0.05, face.y) * step(face.y, -0.025));
        if (on_scalp(face)) {
            albedo = scalp(face, noise(rest, vec3(90.0, 30.0, 90.0)).x);
        }
    }
    return Surface(albedo, outwards, 0.10, 14.0);
}
