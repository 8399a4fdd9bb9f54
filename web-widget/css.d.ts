// biome-ignore-all lint/style/noDefaultExport: this is the shape that the bundler gives a style sheet
declare module '*.css?inline' {
  const css: string
  export default css
}
declare module '*.css'
