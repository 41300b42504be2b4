// node click.mjs FOLDER PICTURE X Y PIXELS OUT [DTYPE]
// One click at X, Y on PICTURE with the model in FOLDER. OUT.json: the shapes and predicted IoU; OUT.mask: the best
// mask, one byte a pixel of the picture. PIXELS (float32, 3 x S x S) is decoded with the same click too; its
// logits go to OUT.logits: what differs there is not the reading of the picture.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { AutoProcessor, RawImage, SamModel, Tensor, env } from "@huggingface/transformers";

const [folder, picture, x, y, pixels, out, dtype = "fp32"] = process.argv.slice(2);
env.allowRemoteModels = false;
env.localModelPath = dirname(resolve(folder));
const name = basename(resolve(folder));

const model = await SamModel.from_pretrained(name, { dtype });
const processor = await AutoProcessor.from_pretrained(name);
const image = await RawImage.read(picture);
const inputs = await processor(image, { input_points: [[[Number(x), Number(y)]]] });
const outputs = await model(inputs);
const masks = await processor.post_process_masks(
  outputs.pred_masks,
  inputs.original_sizes,
  inputs.reshaped_input_sizes,
);
const scores = Array.from(outputs.iou_scores.data);
const best = scores.indexOf(Math.max(...scores));
const [, , height, width] = masks[0].dims;
writeFileSync(`${out}.mask`, masks[0].data.slice(best * height * width, (best + 1) * height * width));

const raw = readFileSync(pixels);
const values = new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
const exact = await model({
  pixel_values: new Tensor("float32", values, inputs.pixel_values.dims),
  input_points: inputs.input_points,
});
writeFileSync(`${out}.logits`, new Uint8Array(exact.pred_masks.data.buffer.slice(0)));
writeFileSync(
  `${out}.json`,
  JSON.stringify({
    scores,
    best,
    mask: masks[0].dims,
    pred_masks: outputs.pred_masks.dims,
    iou_scores: outputs.iou_scores.dims,
    points: Array.from(inputs.input_points.data),
    exact_scores: Array.from(exact.iou_scores.data),
  }),
);
