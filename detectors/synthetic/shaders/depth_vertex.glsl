// Depth alone, for shadow maps.
in vec3 in_place;
uniform mat4 view;

void main() {
    gl_Position = view * vec4(in_place, 1.0);
}
