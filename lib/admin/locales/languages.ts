// The languages of the package, by AdminJS's names where AdminJS has them. A new language is a folder here and a line below.
export { de } from './de/index.js';
export { en } from './en/index.js';
export { es } from './es/index.js';
export { it } from './it/index.js';
export { ja } from './ja/index.js';
export { pl } from './pl/index.js';
export { ptBR as 'pt-BR' } from './pt-BR/index.js';
export { ua } from './ua/index.js';
export { zhCN as 'zh-CN' } from './zh-CN/index.js';
