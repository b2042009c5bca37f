// The layer of clothes: top, trousers and shoes in one mesh, parted by height and by arm.
Surface surface_here(vec3 outwards) {
    float arm = extra.x, height = extra.y;
    bool on_arm = arm > NO_ARM;
    if (arm > sleeve_end || extra.w > 0.3 || (!on_arm && height > neck_m)) {
        discard;
    }
    bool shoe = !on_arm && height < SOLE_M;
    bool trousers = !on_arm && height < waist_m;
    bool bare = bare_chest > 0.5 && !trousers;
    vec3 albedo = shoe ? shoe_colour : trousers ? trousers_colour : top_colour;
    vec4 fold = noise(rest, vec3(11.0, 15.0, 11.0));
    float depth = bare ? 0.0 : shoe ? 0.15 : trousers ? 0.35 : 0.25 + 10.0 * looseness_m;
    albedo *= bare ? 0.9 + 0.2 * fold.x : 0.86 + 0.28 * fold.x;
    albedo *= 1.0 - 0.35 * step(abs(height - waist_m), 0.008) * float(!on_arm);
    albedo *= 1.0 - 0.25 * step(abs(arm - sleeve_end + 0.02), 0.02) * (1.0 - bare_chest);
    albedo *= 1.0 - 0.3 * float(shoe) * step(height, 0.02);
    return Surface(albedo, folded(outwards, depth, fold), 0.03, 10.0);
}
