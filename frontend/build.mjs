// Builds everything the pages load into ../static/dist: scripts, styles, and one SVG sprite of the icons in use.
import {build} from 'esbuild';
import {copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {compile} from 'sass';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, '../static/dist');

/** One <symbol> per icon of src/icons.json, id = Tabler's name. */
function sprite(names) {
  const symbols = names.map((name) => {
    const file = ['outline', 'filled'].map((set) => join(here, `node_modules/@tabler/icons/icons/${set}/${name}.svg`)).find(existsSync);
    if (!file) throw new Error(`src/icons.json: Tabler 没有图标 ${name}`);
    const body = readFileSync(file, 'utf8').replace(/[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '').replace(/\s*\n\s*/g, '');
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

/** Tabler from its sources, only the parts in src/style/tabler.scss: half the bytes of its ready-made file. */
const scss = {
  name: 'scss',
  setup(builder) {
    builder.onLoad({filter: /\.scss$/}, ({path}) => {
      const {css} = compile(path, {loadPaths: [join(here, 'node_modules/@tabler/core/scss')], style: 'compressed', quietDeps: true});
      // Its sources name variables without a prefix; its own build adds one afterwards, and so do we.
      return {contents: css.replace(/(?<![\w-])--(?=[a-z])/g, '--tblr-'), loader: 'css'};
    });
  },
};

mkdirSync(out, {recursive: true});
await build({
  absWorkingDir: here,
  entryPoints: {app: 'src/app.js', charts: 'src/charts.js', map: 'src/map.js', style: 'src/style/index.css', public: 'src/style/public.css'},
  bundle: true,
  minify: true,
  format: 'iife',
  charset: 'utf8',
  target: ['chrome80', 'safari14.1'],
  legalComments: 'linked',
  loader: {'.png': 'dataurl', '.svg': 'dataurl'},
  plugins: [scss],
  outdir: out,
});
writeFileSync(join(out, 'icons.svg'), sprite(JSON.parse(readFileSync(join(here, 'src/icons.json'), 'utf8'))));
copyFileSync(join(here, 'src/favicon.svg'), join(out, 'icon.svg'));
copyFileSync(join(here, 'src/share.png'), join(out, 'share.png')); // beside a page that is passed on
