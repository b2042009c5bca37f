// Any thing of the scene: hands its place and texture coordinates on.
in vec3 in_place;
in vec3 in_normal;
in vec3 in_rest;
in vec4 in_extra;
uniform mat4 view;
out vec3 place;
out vec3 normal;
out vec3 rest;
out vec4 extra;

void main() {
    place = in_place;
    normal = in_normal;
    rest = in_rest;
    extra = in_extra;
    gl_Position = view * vec4(in_place, 1.0);
}
