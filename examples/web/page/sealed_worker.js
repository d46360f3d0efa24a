// A worker that is held to this page's rules. One loaded by its address would go by the rules its
// own server sends with it; one made from a blob inherits ours, so that it can connect nowhere else.

export function sealedWorker(address) {
  const script = `import ${JSON.stringify(new URL(address, import.meta.url).href)};`;
  const blob = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  return new Worker(blob, { type: "module" });
}
