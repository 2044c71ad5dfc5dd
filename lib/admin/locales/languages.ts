import { de } from './de/index.js';
import { en } from './en/index.js';
import { es } from './es/index.js';
import { it } from './it/index.js';
import { ja } from './ja/index.js';
import type { Language } from './language.js';
import { pl } from './pl/index.js';
import { ptBR } from './pt-BR/index.js';
import { ua } from './ua/index.js';
import { zhCN } from './zh-CN/index.js';

/** Keeps the texts out of the type: they would be 650 KB of declarations. */
const typed = <Name extends string>(languages: Readonly<Record<Name, Language>>): Readonly<Record<Name, Language>> => languages;

/** The languages of the package, under AdminJS's names if it has them. A new language is one folder here and one line below. */
export const LANGUAGES = typed({ de, en, es, it, ja, pl, 'pt-BR': ptBR, ua, 'zh-CN': zhCN });
