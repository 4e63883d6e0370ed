// Tables of the pledge shop: the pledges with how often each is liked, and who liked what, once each.
import type { Bilingual } from '@narrows/contract';
import type { ClientBase, Pool } from 'pg';

export const PLEDGES: readonly { id: number; title: Bilingual; text: Bilingual; price: string }[] = [
  { title: { ko: '미세먼지 없는 하늘', en: 'A sky without fine dust' }, text: { ko: '노후 화력발전소를 멈추고 대기 측정소를 두 배로 늘립니다.', en: 'Old coal plants are stopped, and there will be twice the air stations.' }, price: '₩ 0' },
  { title: { ko: '치매 국가책임제', en: 'Dementia care by the state' }, text: { ko: '치매 지원센터를 모든 시·군·구에 둡니다.', en: 'A support centre in every district.' }, price: '₩ 0' },
  { title: { ko: '아이 낳고 키우기 좋은 나라', en: 'A country for children' }, text: { ko: '공공 어린이집 이용 비율을 40%로 높입니다.', en: 'Two children in five go to a public nursery.' }, price: '₩ 0' },
  { title: { ko: '반려견 놀이터', en: 'Playgrounds for dogs' }, text: { ko: '도시마다 반려동물이 뛰놀 곳을 만듭니다.', en: 'Every city has a place where dogs may run.' }, price: '₩ 0' },
  { title: { ko: '몰래카메라 걱정 없는 나라', en: 'No hidden cameras' }, text: { ko: '불법 촬영물 삭제를 국가가 맡습니다.', en: 'The state takes down what was filmed in secret.' }, price: '₩ 0' },
  { title: { ko: '통신비 부담 낮추기', en: 'Cheaper phones' }, text: { ko: '기본료를 없애고 공공 와이파이를 늘립니다.', en: 'No basic fee, and more public Wi-Fi.' }, price: '₩ 0' },
].map((pledge, i) => ({ id: i + 1, ...pledge }));

/** Create the tables, anew where an earlier run left some. */
export async function createPledgeDatabase(database: ClientBase | Pool): Promise<void> {
  await database.query(`
    drop table if exists likes, pledges;
    create table pledges (id int primary key, likes int not null default 0 check (likes >= 0));
    create table likes (pledge int not null references pledges, person text not null, primary key (pledge, person));`);
  await database.query('insert into pledges (id) select generate_series(1, $1::int)', [PLEDGES.length]);
}
