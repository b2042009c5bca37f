// Hair, a cap or a hard hat.
Surface surface_here(vec3 outwards) {
    vec4 strands = noise(rest, vec3(90.0, 30.0, 90.0));
    vec3 albedo = hat_colour * mix(1.0, 0.6 + 0.8 * strands.x, hair);
    return Surface(albedo, folded(outwards, 0.5 * hair, strands), mix(0.3, 0.05, hair), 36.0);
}
