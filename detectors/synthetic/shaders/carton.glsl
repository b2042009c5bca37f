// A carton: tape along the top, a label and print on some sides. rest: -1 to 1; extra: colour and mark.
vec3 glow(Surface surface) { return vec3(0.0); }

Surface surface_here(vec3 outwards) {
    vec3 albedo = extra.rgb * (0.85 + 0.3 * (grain(place + extra.w, 3.0) - 0.4));
    vec3 side = abs(rest);
    vec3 tape = vec3(0.62, 0.52, 0.36);
    if (side.y > 0.99) {
        albedo = mix(albedo, tape, 0.7 * step(side.z, 0.16)) * (1.0 - 0.45 * step(side.z, 0.015));
    } else if (side.x > 0.99) {
        albedo = mix(albedo, tape, 0.7 * step(0.72, rest.y) * step(side.z, 0.16));
        albedo *= 1.0 - 0.7 * step(side.z, 0.28) * step(abs(rest.y - 0.3), 0.1) * step(0.4, extra.w);
    } else if (fract(extra.w * 7.3) > 0.35) {
        vec2 label = rest.xy - vec2(0.7 * fract(extra.w * 3.7) - 0.35, -0.1);
        float white = step(abs(label.x), 0.36) * step(abs(label.y), 0.34);
        float bars = step(fract(label.x * 15.0 + sin(label.x * 90.0)), 0.45) * step(abs(label.y), 0.2) * step(abs(label.x), 0.28);
        albedo = mix(albedo, vec3(0.82 - 0.7 * bars), white);
    }
    vec3 near_edge = step(vec3(0.97), side);
    albedo *= 1.0 - 0.22 * step(1.5, near_edge.x + near_edge.y + near_edge.z);
    return Surface(albedo, outwards, 0.03, 10.0);
}
