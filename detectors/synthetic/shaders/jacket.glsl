// A jacket or hoodie over the other clothes, with a zip and a hem.
Surface surface_here(vec3 outwards) {
    if (extra.x > sleeve_end || extra.w > 0.3) {
        discard;
    }
    vec4 fold = noise(rest, vec3(7.0, 10.0, 7.0));
    vec3 albedo = top_colour * (0.84 + 0.32 * fold.x);
    float front = step(0.0, rest.z);
    albedo *= 1.0 - 0.55 * front * step(abs(rest.x), 0.008) * step(extra.x, NO_ARM);
    return Surface(albedo, folded(outwards, 0.3 + 9.0 * looseness_m, fold), 0.05, 12.0);
}
