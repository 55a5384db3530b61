// The viewer of the page: two meshes, one camera. Data comes from the JSON element of the page and from nowhere else.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const scene = data.scene;
  const NOBODY = 65535;
  const GREY = [222, 222, 218];

  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const words = (text) => new Uint16Array(bytes(text).buffer);

  // --- Colours -----------------------------------------------------------------------------------------------------

  const errorColour = (percent) => {
    const stops = data.stops;
    for (let k = 1; k < stops.length; k++) {
      const [from, a] = stops[k - 1];
      const [to, b] = stops[k];
      if (percent <= to) {
        const t = Math.max(0, (percent - from) / (to - from));
        return a.map((value, i) => Math.round(value + t * (b[i] - value)));
      }
    }
    return stops[stops.length - 1][1];
  };

  const partColour = (owner) => {
    if (owner === NOBODY) return GREY;
    // Steps of the golden angle: neighbours in the program are far apart on the wheel.
    const hue = ((owner * 137.508) % 360) / 60;
    const light = 0.62 + 0.1 * ((owner % 3) - 1);
    const chroma = 0.6 * (1 - Math.abs(2 * light - 1));
    return [0, 4, 2].map((shift) => {
      const k = (hue + shift) % 6;
      const ramp = Math.max(0, Math.min(1, Math.abs(k - 3) - 1));
      return Math.round(255 * (light + chroma * (ramp - 0.5)));
    });
  };

  // Corner after corner of all faces, since an owner belongs to a face and an error to a point.
  const places = (mesh) => {
    const steps = words(mesh.positions);
    const corners = new Float32Array(3 * mesh.faces.length);
    mesh.faces.forEach((point, k) => {
      for (let axis = 0; axis < 3; axis++) corners[3 * k + axis] = steps[3 * point + axis] / 65535;
    });
    return corners;
  };

  const paints = (mesh, mode) => {
    const colours = new Uint8Array(4 * mesh.faces.length);
    mesh.faces.forEach((point, k) => {
      const error = mode === "error";
      const colour = error ? errorColour(mesh.errors[point] * scene.step) : partColour(mesh.owners[(k / 3) | 0]);
      colours.set([...colour, 255], 4 * k);
    });
    return colours;
  };

  // --- One view ----------------------------------------------------------------------------------------------------

  const VERTEX = `#version 300 es
    in vec3 place;
    in vec4 paint;
    in float owner;
    uniform mat3 turn;
    uniform vec3 target;
    uniform vec2 focal;
    uniform vec2 reach;
    uniform float away;
    out vec3 eye;
    out vec4 colour;
    flat out float who;
    void main() {
      eye = turn * (place - target) - vec3(0.0, 0.0, away);
      colour = paint;
      who = owner;
      float near = reach.x, far = reach.y;
      gl_Position = vec4(focal * eye.xy, (-(far + near) * eye.z - 2.0 * far * near) / (far - near), -eye.z);
      // Faces of two primitives in one plane: the first in the program is seen.
      gl_Position.z += 2e-5 * min(owner, 50.0) * gl_Position.w;
    }`;
  const FRAGMENT = `#version 300 es
    precision highp float;
    in vec3 eye;
    in vec4 colour;
    flat in float who;
    uniform float chosen;
    uniform int pass;
    out vec4 pixel;
    void main() {
      bool on = abs(who - chosen) < 0.5;
      if (pass == 2) {
        float low = mod(who, 256.0);
        pixel = vec4(low / 255.0, (who - low) / 65280.0, 1.0, 1.0);
        return;
      }
      vec3 normal = normalize(cross(dFdx(eye), dFdy(eye)));
      float light = 0.5 + 0.5 * abs(dot(normal, normalize(vec3(0.25, 0.45, 0.86))));
      if (pass == 1) {
        if (!on) discard;
        pixel = vec4(vec3(0.10, 0.45, 0.95) * light, 0.35);
        return;
      }
      vec3 base = chosen >= 0.0 && !on ? mix(colour.rgb, vec3(0.91), 0.8) : colour.rgb;
      pixel = vec4(base * light, 1.0);
    }`;

  const compiled = (gl, kind, source) => {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    return shader;
  };

  const makeView = (canvas, packed) => {
    const gl = canvas.getContext("webgl2", { antialias: false, alpha: false });
    if (!gl) return null;
    const mesh = {
      positions: packed.positions,
      owners: words(packed.owners),
      errors: bytes(packed.errors),
      faces: words(packed.faces),
    };
    const program = gl.createProgram();
    gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(program);
    gl.useProgram(program);
    const uniform = (name) => gl.getUniformLocation(program, name);
    const at = Object.fromEntries(["turn", "target", "focal", "reach", "away", "chosen", "pass"].map((n) => [n, uniform(n)]));
    const attribute = (name, values, size, kind, normalised) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
      const place = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(place);
      gl.vertexAttribPointer(place, size, kind, normalised, 0, 0);
      return buffer;
    };
    attribute("place", places(mesh), 3, gl.FLOAT, false);
    attribute("owner", Float32Array.from(mesh.faces, (_, k) => mesh.owners[(k / 3) | 0]), 1, gl.FLOAT, false);
    const paint = attribute("paint", paints(mesh, "error"), 4, gl.UNSIGNED_BYTE, true);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.enable(gl.DEPTH_TEST);

    const drawPass = (number) => {
      gl.uniform1i(at.pass, number);
      gl.drawArrays(gl.TRIANGLES, 0, mesh.faces.length);
    };
    const prepare = (camera, chosen, background) => {
      // Two pixels for one and no smoothing by the card, which would mix the numbers that `pick` reads.
      const scale = Math.max(2, window.devicePixelRatio || 1);
      const width = Math.max(1, Math.round(canvas.clientWidth * scale));
      const height = Math.max(1, Math.round(canvas.clientHeight * scale));
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      gl.viewport(0, 0, width, height);
      gl.clearColor(...background, 1);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      const focal = 1 / Math.tan((17.5 * Math.PI) / 180);
      const shorter = Math.min(width, height);
      gl.uniformMatrix3fv(at.turn, false, camera.columns());
      gl.uniform3fv(at.target, camera.target);
      gl.uniform2f(at.focal, (focal * shorter) / width, (focal * shorter) / height);
      gl.uniform2fv(at.reach, camera.reach());
      gl.uniform1f(at.away, camera.away);
      gl.uniform1f(at.chosen, chosen);
    };
    return {
      canvas,
      draw: (camera, chosen) => {
        prepare(camera, chosen, [0.975, 0.972, 0.965]);
        drawPass(0);
        if (chosen < 0) return;
        // What is chosen shows through what stands before it.
        gl.disable(gl.DEPTH_TEST);
        gl.enable(gl.BLEND);
        drawPass(1);
        gl.disable(gl.BLEND);
        gl.enable(gl.DEPTH_TEST);
      },
      pick: (camera, event) => {
        prepare(camera, -1, [0, 0, 0]);
        drawPass(2);
        const box = canvas.getBoundingClientRect();
        const x = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
        const y = canvas.height - 1 - Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
        const found = new Uint8Array(4);
        gl.readPixels(x, y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, found);
        const owner = found[0] + 256 * found[1];
        return found[2] === 0 || owner === NOBODY ? -1 : owner;
      },
      repaint: (mode) => {
        gl.bindBuffer(gl.ARRAY_BUFFER, paint);
        gl.bufferData(gl.ARRAY_BUFFER, paints(mesh, mode), gl.STATIC_DRAW);
      },
    };
  };

  // --- One camera --------------------------------------------------------------------------------------------------

  const start = () => ({ azimuth: 35, elevation: 20, away: 1.7 * Math.hypot(...scene.size), target: scene.size.map((s) => s / 2) });
  const camera = Object.assign(start(), {
    axes() {
      const a = (this.azimuth * Math.PI) / 180;
      const e = (this.elevation * Math.PI) / 180;
      const back = [Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e)];
      const right = [Math.cos(a), 0, -Math.sin(a)];
      const up = [
        back[1] * right[2] - back[2] * right[1],
        back[2] * right[0] - back[0] * right[2],
        back[0] * right[1] - back[1] * right[0],
      ];
      return [right, up, back];
    },
    reach() {
      const back = this.axes()[2];
      const eye = back.map((v, k) => this.target[k] + this.away * v - scene.size[k] / 2);
      const [middle, radius] = [Math.hypot(...eye), 0.51 * Math.hypot(...scene.size)];
      return [Math.max(0.01, middle - radius), middle + radius];
    },
    columns() {
      const rows = this.axes();
      return [0, 1, 2].flatMap((column) => rows.map((row) => row[column]));
    },
  });

  // --- The page ----------------------------------------------------------------------------------------------------

  const views = ["given", "made"].map((name) => makeView(document.getElementById(name), scene[name])).filter(Boolean);
  if (views.length < 2) document.getElementById("blind").hidden = false;
  let chosen = -1;
  let waiting = false;
  const redraw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (const view of views) view.draw(camera, chosen);
    });
  };

  const rows = [...document.querySelectorAll("tr[data-primitive]")];
  const choose = (owner) => {
    if (owner === chosen) return;
    if (rows[chosen]) rows[chosen].classList.remove("chosen");
    chosen = owner;
    if (rows[chosen]) rows[chosen].classList.add("chosen");
    document.getElementById("name").textContent = rows[chosen] ? rows[chosen].dataset.primitive : "\u00a0";
    redraw();
  };
  rows.forEach((row, number) => {
    const colour = row.querySelector(".swatch");
    colour.style.backgroundColor = `rgb(${partColour(number).join(",")})`;
    for (const event of ["mouseenter", "focus"]) row.addEventListener(event, () => choose(number));
    for (const event of ["mouseleave", "blur"]) row.addEventListener(event, () => choose(-1));
  });

  for (const view of views) {
    const canvas = view.canvas;
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return choose(view.pick(camera, event)), redraw();
      if (event.shiftKey || event.buttons & 2) {
        const step = camera.away / (1.6 * Math.min(canvas.clientWidth, canvas.clientHeight));
        const [right, up] = camera.axes();
        camera.target = camera.target.map((v, k) => v - step * (event.movementX * right[k] - event.movementY * up[k]));
      } else {
        camera.azimuth -= 0.5 * event.movementX;
        camera.elevation = Math.max(-90, Math.min(90, camera.elevation + 0.5 * event.movementY));
      }
      redraw();
    });
    canvas.addEventListener("pointerleave", () => choose(-1));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("dblclick", () => (Object.assign(camera, start()), redraw()));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        camera.away = Math.max(0.05, Math.min(20, camera.away * Math.exp(0.001 * event.deltaY)));
        redraw();
      },
      { passive: false },
    );
  }
  for (const choice of document.querySelectorAll("input[name=mode]")) {
    choice.addEventListener("change", () => {
      for (const view of views) view.repaint(choice.value);
      document.getElementById("legend").hidden = choice.value !== "error";
      redraw();
    });
  }
  window.addEventListener("resize", redraw);
  redraw();
})();
