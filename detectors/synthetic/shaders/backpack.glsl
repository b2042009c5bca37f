// A backpack in a dark mix of the colours of cap and trousers.
Surface surface_here(vec3 outwards) {
    vec4 fold = noise(rest, vec3(12.0));
    vec3 albedo = mix(hat_colour, trousers_colour, 0.5) * (0.6 + 0.5 * fold.x);
    return Surface(albedo, folded(outwards, 0.3, fold), 0.08, 16.0);
}
