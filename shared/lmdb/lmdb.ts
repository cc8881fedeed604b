import "./compress-when-written";

export { asBinary, open } from "lmdb";
