// One look-up gives fractal noise and its slope: many times cheaper than hashing in the shader.
uniform sampler3D noise_volume;
uniform float pattern;  // where the textures of this thing start

// Noise in 0..1 (x) and its slope (yzw) with `cells` cells of the coarsest octave per metre.
vec4 noise(vec3 at, vec3 cells) {
    vec4 packed_noise = texture(noise_volume, at * cells / 8.0 + pattern);
    return vec4(packed_noise.x, packed_noise.yzw * 2.0 - 1.0);
}

float grain(vec3 at, float cells) {
    return noise(at, vec3(cells)).x;
}
