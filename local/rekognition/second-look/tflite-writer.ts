import { Builder } from 'flatbuffers';

/**
 * Writes a TFLite model of 32-bit floats. Numbers of fields, operators and options are those of
 * https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/schema/schema.fbs, version 3.
 */
const SCHEMA_VERSION = 3;
const IDENTIFIER = 'TFL3';
/** The runtime maps what a tensor holds straight into memory, for which it wants this alignment. */
const BUFFER_ALIGNMENT = 16;
/** Bytes for all that is not weights. */
const ROOM_FOR_STRUCTURE = 2 ** 18;

const OPERATORS = { add: 0, convolution: 3, depthwise: 4, fullyConnected: 9, softmax: 25, mean: 40 } as const;
type OperatorName = keyof typeof OPERATORS;
/** Members of the union BuiltinOptions. */
const OPTIONS = { add: 11, convolution: 1, depthwise: 2, fullyConnected: 8, softmax: 9, mean: 27 } as const;

const FLOAT32 = 0;
const INT32 = 2;
const RELU6 = 3;

/** A tensor of the model, by its number. */
export type TensorId = number;

interface TensorEntry {
  shape: readonly number[];
  type: number;
  data: Uint8Array | undefined;
}

interface OperatorEntry {
  operator: OperatorName;
  inputs: readonly TensorId[];
  output: TensorId;
  writeOptions: (builder: Builder) => number;
}

export interface ConvolutionSettings {
  stride: number;
  /** Whether what comes out is kept between 0 and 6. */
  relu6: boolean;
}

const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

function writeTable(builder: Builder, fields: number, write: () => void): number {
  builder.startObject(fields);
  write();
  return builder.endObject();
}

function writeInts(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of [...values].reverse()) builder.addInt32(value);
  return builder.endVector();
}

function writeOffsets(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of [...offsets].reverse()) builder.addOffset(offset);
  return builder.endVector();
}

/** Operators are added in the order in which they run. Padding is "same" throughout. */
export class TfliteWriter {
  private readonly tensors: TensorEntry[] = [];
  private readonly operators: OperatorEntry[] = [];

  /** A tensor that is given or computed when the model runs. */
  variable(shape: readonly number[]): TensorId {
    return this.add({ shape, type: FLOAT32, data: undefined });
  }

  private constant(shape: readonly number[], values: Float32Array | Int32Array): TensorId {
    return this.add({ shape, type: values instanceof Int32Array ? INT32 : FLOAT32, data: bytesOf(values) });
  }

  private add(tensor: TensorEntry): TensorId {
    return this.tensors.push(tensor) - 1;
  }

  private operate(
    operator: OperatorName,
    inputs: readonly TensorId[],
    shape: readonly number[],
    writeOptions: (builder: Builder) => number,
  ): TensorId {
    const output = this.variable(shape);
    this.operators.push({ operator, inputs, output, writeOptions });
    return output;
  }

  private shapeOf(id: TensorId): readonly number[] {
    return this.tensors[id]?.shape ?? [];
  }

  private convolvedShape(input: TensorId, stride: number, channels: number): number[] {
    const [batch = 1, height = 1, width = 1] = this.shapeOf(input);
    return [batch, Math.ceil(height / stride), Math.ceil(width / stride), channels];
  }

  /** @param filter - output channels × height × width × input channels. */
  convolution(
    input: TensorId,
    filter: { shape: readonly [number, number, number, number]; values: Float32Array },
    bias: Float32Array,
    { stride, relu6 }: ConvolutionSettings,
  ): TensorId {
    const inputs = [input, this.constant(filter.shape, filter.values), this.constant([bias.length], bias)];
    return this.operate('convolution', inputs, this.convolvedShape(input, stride, bias.length), (builder) =>
      writeTable(builder, 6, () => {
        builder.addFieldInt32(1, stride, 0);
        builder.addFieldInt32(2, stride, 0);
        builder.addFieldInt8(3, relu6 ? RELU6 : 0, 0);
      }),
    );
  }

  /** @param filter - 1 × height × width × channels. */
  depthwise(
    input: TensorId,
    filter: { shape: readonly [1, number, number, number]; values: Float32Array },
    bias: Float32Array,
    { stride, relu6 }: ConvolutionSettings,
  ): TensorId {
    const inputs = [input, this.constant(filter.shape, filter.values), this.constant([bias.length], bias)];
    return this.operate('depthwise', inputs, this.convolvedShape(input, stride, bias.length), (builder) =>
      writeTable(builder, 7, () => {
        builder.addFieldInt32(1, stride, 0);
        builder.addFieldInt32(2, stride, 0);
        builder.addFieldInt32(3, 1, 0);
        builder.addFieldInt8(4, relu6 ? RELU6 : 0, 0);
      }),
    );
  }

  sum(first: TensorId, second: TensorId): TensorId {
    return this.operate('add', [first, second], this.shapeOf(first), (builder) =>
      writeTable(builder, 2, () => undefined),
    );
  }

  /** The mean over height and width. */
  pool(input: TensorId): TensorId {
    const [batch = 1, , , channels = 1] = this.shapeOf(input);
    const axes = this.constant([2], Int32Array.of(1, 2));
    return this.operate('mean', [input, axes], [batch, channels], (builder) =>
      writeTable(builder, 1, () => undefined),
    );
  }

  /** @param weights - outputs × inputs. */
  fullyConnected(
    input: TensorId,
    weights: { shape: readonly [number, number]; values: Float32Array },
    bias: Float32Array,
  ): TensorId {
    const inputs = [input, this.constant(weights.shape, weights.values), this.constant([bias.length], bias)];
    return this.operate('fullyConnected', inputs, [1, bias.length], (builder) =>
      writeTable(builder, 4, () => undefined),
    );
  }

  softmax(input: TensorId): TensorId {
    return this.operate('softmax', [input], this.shapeOf(input), (builder) =>
      writeTable(builder, 1, () => builder.addFieldFloat32(0, 1, 0)),
    );
  }

  /** The model as a file. */
  finish(input: TensorId, output: TensorId, description: string): Uint8Array {
    const size = this.tensors.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
    const builder = new Builder(size + ROOM_FOR_STRUCTURE);
    const { buffers, bufferOf } = this.writeBuffers(builder);
    const names = Object.keys(OPERATORS) as OperatorName[];
    const codes = names.map((name) =>
      writeTable(builder, 4, () => {
        builder.addFieldInt8(0, OPERATORS[name], 0);
        builder.addFieldInt32(2, 1, 0);
        builder.addFieldInt32(3, OPERATORS[name], 0);
      }),
    );
    const lists = {
      codes: writeOffsets(builder, codes),
      graphs: writeOffsets(builder, [this.writeGraph(builder, { names, bufferOf, input, output })]),
      buffers: writeOffsets(builder, buffers),
    };
    const text = builder.createString(description);
    const model = writeTable(builder, 8, () => {
      builder.addFieldInt32(0, SCHEMA_VERSION, 0);
      builder.addFieldOffset(1, lists.codes, 0);
      builder.addFieldOffset(2, lists.graphs, 0);
      builder.addFieldOffset(3, text, 0);
      builder.addFieldOffset(4, lists.buffers, 0);
    });
    builder.finish(model, IDENTIFIER);
    return builder.asUint8Array();
  }

  /** Buffer 0 is the empty one, for what is computed; each constant has one of its own. */
  private writeBuffers(builder: Builder): { buffers: number[]; bufferOf: Map<TensorId, number> } {
    const buffers = [writeTable(builder, 1, () => undefined)];
    const bufferOf = new Map<TensorId, number>();
    this.tensors.forEach(({ data }, id) => {
      if (!data) return;
      builder.prep(BUFFER_ALIGNMENT, data.length);
      const bytes = builder.createByteVector(data);
      bufferOf.set(id, buffers.length);
      buffers.push(writeTable(builder, 1, () => builder.addFieldOffset(0, bytes, 0)));
    });
    return { buffers, bufferOf };
  }

  private writeGraph(
    builder: Builder,
    {
      names,
      bufferOf,
      input,
      output,
    }: { names: OperatorName[]; bufferOf: Map<TensorId, number>; input: TensorId; output: TensorId },
  ): number {
    const tensors = this.tensors.map(({ shape, type }, id) => {
      const [sides, name] = [writeInts(builder, shape), builder.createString(`tensor-${id}`)];
      return writeTable(builder, 8, () => {
        builder.addFieldOffset(0, sides, 0);
        builder.addFieldInt8(1, type, FLOAT32);
        builder.addFieldInt32(2, bufferOf.get(id) ?? 0, 0);
        builder.addFieldOffset(3, name, 0);
      });
    });
    const operators = this.operators.map((operator) => {
      const [inputs, outputs] = [writeInts(builder, operator.inputs), writeInts(builder, [operator.output])];
      const options = operator.writeOptions(builder);
      return writeTable(builder, 5, () => {
        builder.addFieldInt32(0, names.indexOf(operator.operator), 0);
        builder.addFieldOffset(1, inputs, 0);
        builder.addFieldOffset(2, outputs, 0);
        builder.addFieldInt8(3, OPTIONS[operator.operator], 0);
        builder.addFieldOffset(4, options, 0);
      });
    });
    const lists = [
      writeOffsets(builder, tensors),
      writeInts(builder, [input]),
      writeInts(builder, [output]),
      writeOffsets(builder, operators),
    ];
    return writeTable(builder, 5, () =>
      lists.forEach((list, field) => builder.addFieldOffset(field, list, 0)),
    );
  }
}
