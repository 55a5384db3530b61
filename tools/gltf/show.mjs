// Shows a GLB in three.js in headless Chromium, and says what three.js made of it.
//
//   node tools/gltf/show.mjs MODEL.glb PICTURE.png [EYE TARGET]     points as x,y,z in metres; default: from above
//
// Prints a JSON object: meshes, geometries (distinct), triangles, lights, and `extras` of the scene by their keys. Needs
// `three` (npm install --no-package-lock --prefix tools/gltf three) and Chromium (CHROMIUM, or `chromium` on the path).
// Exit code 0: shown; 1: the page had an error; 2: called wrongly, or something is not installed.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { readFile, writeFile, mkdtemp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const three = join(dirname(fileURLToPath(import.meta.url)), "node_modules", "three");
const [model, picture, eye, target] = process.argv.slice(2);
if (!model || !picture || !existsSync(three)) {
  console.error(existsSync(three) ? "usage: show.mjs MODEL.glb PICTURE.png [EYE TARGET]" : "three is not installed");
  process.exit(2);
}

const page = `<!doctype html><title>loading</title><style>body{margin:0}</style>
<script type="importmap">{"imports":{"three":"/three/build/three.module.js","three/addons/":"/three/examples/jsm/"}}</script>
<script type="module">
import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
try {
  const renderer = new THREE.WebGLRenderer({ antialias: true });
  renderer.setSize(1200, 900);
  renderer.shadowMap.enabled = true;
  document.body.append(renderer.domElement);
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0x1b1a19);
  scene.add(new THREE.HemisphereLight(0xfff4e0, 0x40352c, 2.2));
  const sun = new THREE.DirectionalLight(0xffffff, 2.0);
  sun.position.set(30, 60, 20);
  scene.add(sun);
  const loaded = await new GLTFLoader().loadAsync("/model.glb");
  scene.add(loaded.scene);
  const geometries = new Set();
  let meshes = 0, triangles = 0;
  loaded.scene.traverse((node) => {
    if (!node.isMesh) return;
    meshes += 1;
    geometries.add(node.geometry.uuid);
    triangles += node.geometry.index.count / 3;
  });
  const box = new THREE.Box3().setFromObject(loaded.scene);
  const centre = box.getCenter(new THREE.Vector3()), size = box.getSize(new THREE.Vector3());
  const camera = new THREE.PerspectiveCamera(45, 4 / 3, 0.1, 1000);
  const eye = ${JSON.stringify(eye ?? null)}, target = ${JSON.stringify(target ?? null)};
  if (eye && target) {
    camera.position.set(...eye.split(",").map(Number));
    camera.lookAt(...target.split(",").map(Number));
  } else {
    camera.position.set(centre.x, box.max.y + 1.3 * Math.max(size.x, size.z), centre.z + 0.55 * size.z);
    camera.lookAt(centre);
  }
  renderer.render(scene, camera);
  const told = loaded.scene.userData;
  window.found = { meshes, geometries: geometries.size, triangles, extras: Object.keys(told), size: size.toArray() };
  document.title = "ready";
} catch (error) {
  window.found = { error: String(error) };
  document.title = "failed";
}
</script>`;

const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
  try {
    if (path === "/") response.writeHead(200, { "content-type": "text/html" }).end(page);
    else if (path === "/model.glb") response.writeHead(200).end(await readFile(model));
    else if (path.startsWith("/three/")) {
      response.writeHead(200, { "content-type": "text/javascript" }).end(await readFile(join(three, path.slice(7))));
    } else response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

const folder = await mkdtemp(join(tmpdir(), "show-"));
const flags = ["--headless=new", "--no-sandbox", "--enable-unsafe-swiftshader", "--hide-scrollbars", "--no-first-run"];
const chromium = spawn(
  process.env.CHROMIUM ?? "chromium",
  [...flags, `--user-data-dir=${folder}`, "--remote-debugging-pipe", "about:blank"],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
const waiting = new Map();
let buffered = "", number = 0;
chromium.stdio[4].on("data", (data) => {
  buffered += data;
  for (let end = buffered.indexOf("\0"); end >= 0; end = buffered.indexOf("\0")) {
    const message = JSON.parse(buffered.slice(0, end));
    buffered = buffered.slice(end + 1);
    waiting.get(message.id)?.(message.result ?? message);
  }
});
const send = (method, params = {}, sessionId) =>
  new Promise((done) => {
    number += 1;
    waiting.set(number, done);
    chromium.stdio[3].write(`${JSON.stringify({ id: number, method, params, sessionId })}\0`);
  });
chromium.on("error", () => {
  console.error("Chromium is not installed");
  process.exit(2);
});

const { targetId } = await send("Target.createTarget", { url: `http://127.0.0.1:${server.address().port}/` });
const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
await send("Emulation.setDeviceMetricsOverride", { width: 1200, height: 900, deviceScaleFactor: 1, mobile: false }, sessionId);
const evaluate = async (expression) =>
  (await send("Runtime.evaluate", { expression, returnByValue: true }, sessionId)).result?.value;
let title = "";
for (let tries = 0; tries < 600 && title !== "ready" && title !== "failed"; tries += 1) {
  await new Promise((done) => setTimeout(done, 200));
  title = (await evaluate("document.title")) ?? title;
}
const found = (await evaluate("window.found")) ?? { error: "the page was not ready in time" };
if (title === "ready") {
  const shot = await send("Page.captureScreenshot", { format: "png" }, sessionId);
  await writeFile(picture, Buffer.from(shot.data, "base64"));
}
console.log(JSON.stringify(found));
process.exitCode = title === "ready" ? 0 : 1;
const closed = new Promise((done) => chromium.on("exit", done));
send("Browser.close");
await closed;
server.close();
await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
