'use strict';

// Usage: node parse.js <file>...
// Prints a JSON array with one entry for each file: its path, its syntax errors, and its syntax tree.

const fs = require('node:fs');
const Parser = require('tree-sitter');
const Bicep = require('tree-sitter-bicep');

// Larger than the largest file: the parser's own default of 32 KiB is too small for some templates.
const bufferSize = 1024 * 1024;

const parser = new Parser();
parser.setLanguage(Bicep);

function parse(path) {
  let source = fs.readFileSync(path, 'utf8');
  if (path.endsWith('.bicepparam')) {
    // The grammar knows templates only. In a parameter file, "param x = 1" has the form of a variable; same length.
    source = source.replace(/^param(?=\s+\w+\s*=)/gm, 'var  ');
  }

  const errors = [];
  const tree = parser.parse(source, undefined, { bufferSize });
  const cursor = tree.walk();

  function visit() {
    const node = cursor.currentNode;
    if (node.type === 'ERROR' || node.isMissing) {
      errors.push({ line: node.startPosition.row + 1, column: node.startPosition.column + 1, text: node.isMissing ? `missing ${node.type}` : node.text });
    }

    const entry = {
      kind: node.type,
      named: node.isNamed,
      field: cursor.currentFieldName ?? null,
      text: node.text,
      line: node.startPosition.row + 1,
      children: [],
    };

    if (cursor.gotoFirstChild()) {
      do {
        entry.children.push(visit());
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }

    return entry;
  }

  return { path, errors, root: visit() };
}

process.stdout.write(JSON.stringify(process.argv.slice(2).map(parse)));
