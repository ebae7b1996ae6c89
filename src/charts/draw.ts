import { Resvg } from '@resvg/resvg-js';
import { init } from 'echarts/dist/echarts.esm.min.mjs';
import type { Chart, Picture } from '../core/chart.ts';
import { type Fonts, fontFiles } from './fonts.ts';
import { colours, density, fontFamily } from './look.ts';
import { drawingOf } from './option.ts';

/** Chart -> SVG. */
export function svgOf(chart: Chart, fonts: Fonts): string {
  const { option, width, height } = drawingOf(chart, fonts);
  const sheet = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    sheet.setOption(option);
    return sheet.renderToSVGString();
  } finally {
    sheet.dispose();
  }
}

/** SVG -> PNG, with as many pixels to a logical one as `density` says. No font of the machine is looked at. */
export function pngOf(svg: string): Pick<Picture, 'png' | 'width' | 'height'> {
  const image = new Resvg(svg, {
    background: colours.ground,
    fitTo: { mode: 'zoom', value: density },
    font: { fontFiles: Object.values(fontFiles), loadSystemFonts: false, defaultFontFamily: fontFamily },
    logLevel: 'off',
  }).render();
  return { png: image.asPng(), width: image.width, height: image.height };
}
