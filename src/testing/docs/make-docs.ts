import { writeDocs } from './write.js';

// `make docs`: the folder is the first argument.
const [folder = 'site'] = process.argv.slice(2);
process.stdout.write(`${await writeDocs(folder)} pages; open ${folder}/index.html\n`);
