// Attributes as a table, sorted by name, with a search over both sides and a copy button for each value. Keys and
// values come from whoever sends telemetry: they are text, and only http(s) addresses become links.
import { useLocale } from '../../i18n/locale.js';
import { safeLink } from '../../model/safe-link.js';
import { CopyButton } from '../parts/copy-button.js';

export function AttributeTable({ attributes, search }: { attributes: Readonly<Record<string, string>>; search: string }) {
  const { words: { trace: { panel }, common } } = useLocale();
  const wanted = search.trim().toLowerCase();
  const rows = Object.entries(attributes).filter(([key, value]) => wanted === '' || key.toLowerCase().includes(wanted) || value.toLowerCase().includes(wanted)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0) return wanted !== '' && Object.keys(attributes).length > 0 ? <p className="text-xs text-faint">{panel.noMatch}</p> : null;
  return (
    <table className="w-full table-fixed text-xs">
      <tbody>
        {rows.map(([key, value]) => {
          const link = safeLink(value);
          return (
            <tr key={key} className="group align-top hover:bg-raised">
              <th scope="row" className="w-[42%] py-0.5 pr-2 text-left font-normal text-soft">{key}</th>
              <td className="py-0.5 font-mono [overflow-wrap:anywhere]">{link ? <a href={link} target="_blank" rel="noopener noreferrer" className="text-accent underline underline-offset-2">{value}</a> : value}</td>
              <td className="w-6 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"><CopyButton bare text={value} label={`${common.copy}: ${key}`} /></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
