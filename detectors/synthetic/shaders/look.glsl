// Colours and measures of one person. extra: position along the arm, height in the rest pose, leg, head.
uniform vec3 skin_colour, top_colour, trousers_colour, vest_colour, hat_colour, shoe_colour, glove_colour;
uniform float sleeve_end, waist_m, neck_m, eye_m, looseness_m, hair, bare_chest;

const float SOLE_M = 0.135;  // below it the clothing layer is a shoe
const float NO_ARM = 0.02;  // positions along the arm below it are on the trunk

// Folds: the slope of noise that sticks to the cloth tilts the normal.
vec3 folded(vec3 outwards, float depth, vec4 fold) {
    return normalize(outwards - depth * fold.yzw);
}
