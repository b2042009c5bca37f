// Rough planks.
vec3 glow(Surface surface) { return vec3(0.0); }

Surface surface_here(vec3 outwards) {
    float fibre = noise(place, vec3(3.0, 20.0, 3.0)).x;
    return Surface(extra.rgb * (0.55 + 0.8 * fibre), outwards, 0.03, 10.0);
}
