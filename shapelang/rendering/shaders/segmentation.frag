#version 330 core

// Writes which triangle is seen, as a number from 1 in three bytes; each triangle is drawn from both of its sides.
uniform vec3 color;
out vec4 frag_color;

void main()
{
    int number = gl_PrimitiveID / 2 + 1;
    vec3 digits = vec3(number & 255, (number >> 8) & 255, (number >> 16) & 255);
    frag_color = vec4(digits / 255.0 + color, 1.0);
}
