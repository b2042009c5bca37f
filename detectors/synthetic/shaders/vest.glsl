// A hi-vis vest: two bands round the waist, two over the shoulders, open neck, zip.
Surface surface_here(vec3 outwards) {
    float height = extra.y, across = abs(rest.x);
    bool front = rest.z > 0.0;
    if (extra.x > 0.12 || height > neck_m - 0.03) {
        discard;
    }
    if (front && (across < 0.012 || (height > neck_m - 0.16 && across < (height - neck_m + 0.16) * 0.55))) {
        discard;
    }
    vec4 fold = noise(rest, vec3(9.0, 12.0, 9.0));
    bool band = abs(height - waist_m - 0.12) < 0.026 || abs(height - waist_m - 0.27) < 0.026
        || (abs(across - 0.1) < 0.024 && height > waist_m + 0.27);
    vec3 albedo = band ? vec3(0.72, 0.73, 0.74) : vest_colour * (0.85 + 0.3 * fold.x);
    return Surface(albedo, folded(outwards, 0.3, fold), band ? 0.3 : 0.03, 12.0);
}
