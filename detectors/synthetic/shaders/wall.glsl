// Sheet metal or blocks with a dark base.
vec3 glow(Surface surface) { return vec3(0.0); }

Surface surface_here(vec3 outwards) {
    float along = abs(outwards.x) > 0.5 ? place.z : place.x;
    float rib = abs(fract(along * (2.0 + 2.0 * extra.w)) - 0.5) * 2.0;
    vec3 albedo = extra.rgb * (0.83 + 0.14 * smoothstep(0.2, 0.4, rib) + 0.12 * (grain(place, 1.5) - 0.5));
    albedo *= 1.0 - 0.4 * step(place.y, 0.25);
    return Surface(albedo, outwards, 0.04, 12.0);
}
