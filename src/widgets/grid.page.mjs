// The page's side of an interactive table: draws the rows that are in view, and asks the kernel for them, sorted and filtered.
const height = 24;
const pageLength = 100;

export default {
  render({ model, el }) {
    const document = el.ownerDocument;
    const columns = model.get('columns');
    const make = (name, parent, text = '') => {
      const element = document.createElement(name);
      element.textContent = text;
      parent.append(element);
      return element;
    };
    const frame = make('div', el);
    frame.className = 'tskernel-grid';
    const note = make('div', frame);
    note.className = 'note';
    const port = make('div', frame);
    port.className = 'port';
    port.tabIndex = 0;
    const table = make('table', port);
    const head = make('thead', table);
    const names = make('tr', head);
    const filters = make('tr', head);
    const body = make('tbody', table);

    let sort = null;
    let pages = new Map();
    let asked = new Set();
    let total = model.get('count');
    // What the kernel answers to an earlier order or filter is thrown away.
    let turn = 0;
    let filter = {};

    const describe = () => {
      const count = model.get('count');
      const all = `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'} × ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}`;
      note.textContent = total === count ? all : `${total.toLocaleString('en')} of ${all}`;
    };

    const ask = (page) => {
      if (pages.has(page) || asked.has(page)) return;
      asked.add(page);
      model.send({ turn, page, length: pageLength, sort, filter });
    };

    const begin = () => {
      turn++;
      pages = new Map();
      asked = new Set();
      port.scrollTop = 0;
      ask(0);
    };

    const blank = (rows) => {
      const row = make('tr', body);
      row.className = 'space';
      const cell = make('td', row);
      cell.colSpan = columns.length + 1;
      cell.style.height = `${rows * height}px`;
    };

    const draw = () => {
      describe();
      const first = Math.max(0, Math.floor(port.scrollTop / height) - 10);
      const last = Math.min(total, first + Math.ceil((port.clientHeight || 400) / height) + 20);
      body.textContent = '';
      if (first > 0) blank(first);
      for (let at = first; at < last; at++) {
        const page = Math.floor(at / pageLength);
        const row = pages.get(page)?.[at % pageLength];
        if (!row) ask(page);
        const line = make('tr', body);
        if (at % 2) line.className = 'odd';
        make('th', line, row ? row[0] : '…');
        columns.forEach((column, index) => {
          const value = row?.[index + 1];
          const cell = make('td', line, value?.text ?? value ?? '');
          if (column.isNumeric) cell.classList.add('number');
          if (value?.text !== undefined) cell.classList.add('faint');
          cell.title = cell.textContent;
        });
      }
      if (last < total) blank(total - last);
    };

    make('th', names);
    make('th', filters);
    const headings = columns.map((column, index) => {
      const heading = make('th', names);
      heading.className = column.isNumeric ? 'number' : '';
      const button = make('button', heading);
      make('span', button, column.name);
      const mark = make('span', button);
      mark.className = 'mark';
      make('small', button, column.type);
      button.title = `Sort by ${column.name}`;
      button.onclick = () => {
        const isSame = sort?.column === index;
        sort = isSame && sort.isDescending ? null : { column: index, isDescending: isSame };
        for (const [at, other] of headings.entries()) {
          const isIt = sort?.column === at;
          other.mark.textContent = isIt ? (sort.isDescending ? ' ▼' : ' ▲') : '';
          other.heading.setAttribute(
            'aria-sort',
            isIt ? (sort.isDescending ? 'descending' : 'ascending') : 'none',
          );
        }
        begin();
      };
      const input = make('input', make('th', filters));
      input.placeholder = column.isNumeric ? '> 5' : 'filter';
      input.setAttribute('aria-label', `Filter ${column.name}`);
      let timer;
      input.oninput = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          const { [index]: _, ...others } = filter;
          filter = input.value.trim() === '' ? others : { ...others, [index]: input.value };
          begin();
        }, 200);
      };
      return { heading, mark };
    });

    const receive = (answer) => {
      if (answer.turn !== turn) return;
      total = answer.total;
      pages.set(answer.page, answer.rows);
      draw();
    };
    model.on('msg:custom', receive);
    // Keys that a notebook would take for its own.
    frame.addEventListener('keydown', (event) => event.stopPropagation());
    let isDrawing = false;
    port.addEventListener('scroll', () => {
      if (isDrawing) return;
      isDrawing = true;
      requestAnimationFrame(() => {
        isDrawing = false;
        draw();
      });
    });
    pages.set(0, model.get('first'));
    draw();
    return () => model.off('msg:custom', receive);
  },
};
