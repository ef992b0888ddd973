import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

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

/** Runs a compiled model on one square picture of three bytes a pixel; its outputs in their order. */
export type Inference = (pixels: Uint8Array) => Promise<Float32Array[]>;

/** The byte values that a model was trained to see as 0 and as 1. */
export interface PixelRange {
  readonly zero: number;
  readonly one: number;
}

async function infer(
  model: CompiledModel,
  pixels: Uint8Array,
  { side, range: { zero, one } }: { side: number; range: PixelRange },
): Promise<Float32Array[]> {
  const values = new Float32Array(pixels.length);
  // A loop: called for each value, a function takes longer than the model.
  for (let index = 0; index < pixels.length; index++)
    values[index] = ((pixels[index] ?? 0) - zero) / (one - zero);
  const input = new Tensor(values, [1, side, side, 3]);
  const outputs: Tensor[] = [];
  try {
    outputs.push(...(await model.run(input)));
    // Copied out of the memory of the runtime before the tensors are freed.
    return outputs.map((output) => new Float32Array(output.toTypedArray()));
  } finally {
    for (const tensor of [input, ...outputs]) tensor.delete();
  }
}

/** Loads the runtime into this thread, once. */
export async function loadRuntime(): Promise<void> {
  provideBrowserGlobals();
  await loadLiteRt(join(dirname(dirname(require.resolve('@litertjs/core'))), 'wasm'));
}

/** Compiles a TFLite model for the processor (XNNPACK in WebAssembly), in a thread that has loaded the runtime. */
export async function compileModel(
  model: Uint8Array,
  input: { side: number; range: PixelRange },
): Promise<Inference> {
  const compiled = await loadAndCompile(model, { accelerator: 'wasm' });
  return (pixels) => infer(compiled, pixels, input);
}
