// An eyeball; rest is in radii, +z ahead.
Surface surface_here(vec3 outwards) {
    float iris = 1.0 - step(0.55, length(rest.xy));
    return Surface(mix(vec3(0.85), vec3(0.12, 0.08, 0.05), iris * step(0.0, rest.z)), outwards, 0.35, 40.0);
}
