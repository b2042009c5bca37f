// Painted steel; uprights of racks (mark above one half) have holes.
vec3 glow(Surface surface) { return vec3(0.0); }

Surface surface_here(vec3 outwards) {
    float wear = grain(place, 5.0);
    vec3 albedo = extra.rgb * (0.85 + 0.3 * wear);
    albedo *= 1.0 - 0.6 * step(0.5, extra.w) * step(fract(place.y * 10.0), 0.35) * step(abs(rest.x) * abs(rest.z), 0.5);
    return Surface(albedo, outwards, 0.2, 30.0);
}
