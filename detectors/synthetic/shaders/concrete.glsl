// Floor: stains, saw cuts, a worn yellow line. extra: colour and mark.
vec3 glow(Surface surface) { return vec3(0.0); }

Surface surface_here(vec3 outwards) {
    float cloud = grain(place, 1.0);
    float stain = smoothstep(0.5, 0.72, grain(place.zxy + extra.w, 0.4));
    vec3 albedo = extra.rgb * (0.7 + 0.45 * cloud + 0.1 * grain(place, 9.0)) * (1.0 - 0.3 * stain);
    vec2 joint = abs(fract(place.xz / 4.0 + 0.3) - 0.5);
    albedo *= 1.0 - 0.45 * smoothstep(0.4968, 0.4990, max(joint.x, joint.y));
    float line = step(abs(abs(place.x - 3.0 * extra.w) - 1.9), 0.05) * smoothstep(0.3, 0.5, grain(place, 6.0));
    albedo = mix(albedo, vec3(0.72, 0.56, 0.08) * (0.6 + 0.5 * cloud), line * 0.9);
    return Surface(albedo, outwards, 0.10 * (1.0 - 0.6 * stain), 22.0);
}
