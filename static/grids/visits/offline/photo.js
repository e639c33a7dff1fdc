/* Photos made small on the phone: a line that is slow enough carries 200 KB, not eight megabytes. Drawn on a canvas,
   so place, camera and time of the original stay behind; the portal draws them once more. */

import { sha256 } from "./ids.js";

const LONG_SIDE = 1600;
const QUALITY = 0.8;

/* {bytes, sha256}. Throws where the phone cannot open it: better said now than refused in the evening. */
export async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new DOMException("no picture", "EncodingError");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { bytes, sha256: await sha256(bytes) };
}
