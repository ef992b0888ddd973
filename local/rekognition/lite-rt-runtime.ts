import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import type { RawOutputs } from './detections';
import { MODEL_SIDE } from './picture-decoder';

/** What the browser-only loader of LiteRT.js expects to find. */
interface BrowserGlobals {
  self: typeof globalThis;
  importScripts: (file: string) => void;
  ModuleFactory: unknown;
}

/**
 * LiteRT.js is made for browsers: its loader calls `importScripts` and then looks for `self.ModuleFactory`. The script
 * itself knows Node and wants the variables of a CommonJS module, which `require` cannot give it, because its package
 * declares ES modules. Called in a worker thread only, whose globals are its own.
 */
function provideBrowserGlobals(): void {
  const globals = globalThis as unknown as BrowserGlobals;
  globals.self = globalThis;
  globals.importScripts = (file) => {
    const module = { exports: {} };
    const parameters = ['exports', 'require', 'module', '__filename', '__dirname'];
    const script = compileFunction(readFileSync(file, 'utf8'), parameters, { filename: file });
    (script as (...values: unknown[]) => void)(
      module.exports,
      createRequire(file),
      module,
      file,
      dirname(file),
    );
    globals.ModuleFactory = module.exports;
  };
}

/** Runs a compiled model on one picture. */
export type Inference = (pixels: Uint8Array) => Promise<RawOutputs>;

/** Three bytes a pixel to the model's range of -1 to 1. */
const normalized = (pixels: Uint8Array): Float32Array =>
  Float32Array.from(pixels, (value) => value / 127.5 - 1);

async function infer(model: CompiledModel, pixels: Uint8Array): Promise<RawOutputs> {
  const input = new Tensor(normalized(pixels), [1, MODEL_SIDE, MODEL_SIDE, 3]);
  const outputs: Tensor[] = [];
  try {
    outputs.push(...(await model.run(input)));
    // Copied out of the memory of the runtime before the tensors are freed.
    const [boxes, logits] = outputs.map((output) => Float32Array.from(output.toTypedArray()));
    if (!boxes || !logits) throw new TypeError('The model does not answer with boxes and classes.');
    return { boxes, logits };
  } finally {
    for (const tensor of [input, ...outputs]) tensor.delete();
  }
}

/** Compiles a TFLite model for the processor (XNNPACK in WebAssembly). Once per thread. */
export async function compileModel(model: Uint8Array): Promise<Inference> {
  provideBrowserGlobals();
  await loadLiteRt(join(dirname(dirname(require.resolve('@litertjs/core'))), 'wasm'));
  const compiled = await loadAndCompile(model, { accelerator: 'wasm' });
  return (pixels) => infer(compiled, pixels);
}
