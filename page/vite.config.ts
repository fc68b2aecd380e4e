import { defineConfig } from "vite";

// File names carry no hash: the built files are committed, and a small change should be a small difference.
// The server sends them with an ETag.
export default defineConfig({
  base: "/assets/",
  build: {
    outDir: "../src/glassnet/web/assets",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: "page.js",
        chunkFileNames: "[name].js",
        assetFileNames: "[name][extname]",
      },
    },
  },
});
