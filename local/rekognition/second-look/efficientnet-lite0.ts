import { type TensorId, TfliteWriter } from './tflite-writer';
import type { Weights } from './torch-checkpoint';

/** Side of the square that the classifier reads, in pixels. */
export const CLASSIFIER_SIDE = 224;
const STEM = 32;
const HEAD = 1280;
const CLASSES = 1000;
/** Of the batch normalization. */
const EPSILON = 1e-3;

interface Stage {
  repeats: number;
  kernel: number;
  stride: number;
  expansion: number;
  from: number;
  to: number;
}

/**
 * The stages of EfficientNet-Lite0, as its authors list them: EfficientNet-B0 without squeeze and excitation, RELU6 for
 * swish. https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/lite/efficientnet_lite_builder.py
 */
const STAGES: readonly Stage[] = [
  { repeats: 1, kernel: 3, stride: 1, expansion: 1, from: 32, to: 16 },
  { repeats: 2, kernel: 3, stride: 2, expansion: 6, from: 16, to: 24 },
  { repeats: 2, kernel: 5, stride: 2, expansion: 6, from: 24, to: 40 },
  { repeats: 3, kernel: 3, stride: 2, expansion: 6, from: 40, to: 80 },
  { repeats: 3, kernel: 5, stride: 1, expansion: 6, from: 80, to: 112 },
  { repeats: 4, kernel: 5, stride: 2, expansion: 6, from: 112, to: 192 },
  { repeats: 1, kernel: 3, stride: 1, expansion: 6, from: 192, to: 320 },
];

/** The checkpoint does not hold the weights of this model. */
export class ClassifierWeightsError extends Error {
  override readonly name = 'ClassifierWeightsError';
}

type Checkpoint = ReadonlyMap<string, Weights>;

function take(checkpoint: Checkpoint, name: string, shape: readonly number[]): Float32Array {
  const weights = checkpoint.get(name);
  if (weights?.shape.join() !== shape.join())
    throw new ClassifierWeightsError(
      `The weights ${name} have the shape ${weights?.shape.join()}, not ${shape.join()}.`,
    );
  return weights.values;
}

/** What the normalization behind a convolution amounts to: a factor and a summand a channel. */
function normalization(
  checkpoint: Checkpoint,
  name: string,
  channels: number,
): { factors: Float32Array; bias: Float32Array } {
  const [weight, bias, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) =>
    take(checkpoint, `${name}.${part}`, [channels]),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const factors = weight.map((value, channel) => value / Math.sqrt((variance[channel] ?? 0) + EPSILON));
  return {
    factors,
    bias: bias.map((value, channel) => value - (mean[channel] ?? 0) * (factors[channel] ?? 0)),
  };
}

/** Output × input × area, each output times its factor, as output × area × input. */
function channelsLast(
  values: Float32Array,
  factors: Float32Array,
  { inputs, area }: { inputs: number; area: number },
): Float32Array {
  const result = new Float32Array(values.length);
  factors.forEach((factor, output) => {
    const start = output * inputs * area;
    for (let input = 0; input < inputs; input++) {
      for (let place = 0; place < area; place++)
        result[start + place * inputs + input] = (values[start + input * area + place] ?? 0) * factor;
    }
  });
  return result;
}

/** Channel × area, each channel times its factor, as area × channel. */
function depthLast(values: Float32Array, factors: Float32Array, area: number): Float32Array {
  const result = new Float32Array(values.length);
  factors.forEach((factor, channel) => {
    for (let place = 0; place < area; place++)
      result[place * factors.length + channel] = (values[channel * area + place] ?? 0) * factor;
  });
  return result;
}

/** Adds the parts of the network to a model, by the names that they have in the checkpoint. */
class Network {
  constructor(
    private readonly writer: TfliteWriter,
    private readonly checkpoint: Checkpoint,
  ) {}

  convolution(
    input: TensorId,
    [name, norm]: readonly [string, string],
    sizes: { kernel: number; stride: number; from: number; to: number; relu6: boolean },
  ): TensorId {
    const { kernel, from, to } = sizes;
    const { factors, bias } = normalization(this.checkpoint, norm, to);
    const values = take(this.checkpoint, `${name}.weight`, [to, from, kernel, kernel]);
    return this.writer.convolution(
      input,
      {
        shape: [to, kernel, kernel, from],
        values: channelsLast(values, factors, { inputs: from, area: kernel ** 2 }),
      },
      bias,
      sizes,
    );
  }

  depthwise(
    input: TensorId,
    [name, norm]: readonly [string, string],
    { kernel, stride, channels }: { kernel: number; stride: number; channels: number },
  ): TensorId {
    const { factors, bias } = normalization(this.checkpoint, norm, channels);
    const values = take(this.checkpoint, `${name}.weight`, [channels, 1, kernel, kernel]);
    return this.writer.depthwise(
      input,
      { shape: [1, kernel, kernel, channels], values: depthLast(values, factors, kernel ** 2) },
      bias,
      { stride, relu6: true },
    );
  }

  /** Widen, look at each channel, narrow; and what came in is added where it has the same shape. */
  block(input: TensorId, index: number, { kernel, stride, expansion, from, to }: Stage): TensorId {
    const name = `_blocks.${index}.`;
    const channels = from * expansion;
    const widened =
      expansion === 1
        ? input
        : this.convolution(input, [`${name}_expand_conv`, `${name}_bn0`], {
            ...{ kernel: 1, stride: 1, from, to: channels },
            relu6: true,
          });
    const looked = this.depthwise(widened, [`${name}_depthwise_conv`, `${name}_bn1`], {
      kernel,
      stride,
      channels,
    });
    const narrowed = this.convolution(looked, [`${name}_project_conv`, `${name}_bn2`], {
      ...{ kernel: 1, stride: 1, from: channels, to },
      relu6: false,
    });
    return stride === 1 && from === to ? this.writer.sum(narrowed, input) : narrowed;
  }
}

const blocksOf = ({ repeats, ...stage }: Stage): Stage[] =>
  Array.from({ length: repeats }, (_, repeat) =>
    repeat === 0 ? { repeats, ...stage } : { repeats, ...stage, stride: 1, from: stage.to },
  );

/**
 * The classifier as a TFLite model: in, a picture of 224 × 224 pixels from -1 to 1; out, 1,000 probabilities.
 * @throws ClassifierWeightsError when a weight is missing or has another shape.
 */
export function buildEfficientNetLite0(checkpoint: Checkpoint): Uint8Array {
  const writer = new TfliteWriter();
  const network = new Network(writer, checkpoint);
  const input = writer.variable([1, CLASSIFIER_SIDE, CLASSIFIER_SIDE, 3]);
  const stem = network.convolution(input, ['_conv_stem', '_bn0'], {
    ...{ kernel: 3, stride: 2, from: 3, to: STEM },
    relu6: true,
  });
  const body = STAGES.flatMap(blocksOf).reduce(
    (before, block, index) => network.block(before, index, block),
    stem,
  );
  const head = network.convolution(body, ['_conv_head', '_bn1'], {
    ...{ kernel: 1, stride: 1, from: STAGES.at(-1)?.to ?? 0, to: HEAD },
    relu6: true,
  });
  const weights = {
    shape: [CLASSES, HEAD] as const,
    values: take(checkpoint, '_fc.weight', [CLASSES, HEAD]),
  };
  const logits = writer.fullyConnected(writer.pool(head), weights, take(checkpoint, '_fc.bias', [CLASSES]));
  return writer.finish(input, writer.softmax(logits), 'EfficientNet-Lite0');
}
