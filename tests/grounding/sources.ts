import type { CheckContext } from '../../server/grounding/checked-sentence.ts'
import type { DocumentFrontMatter } from '../../server/knowledge/document.ts'
import type { Passage } from '../../server/retrieval/passage.ts'

/** A passage that is a whole document. */
export function passageOf(text: string, meta: Partial<DocumentFrontMatter> & { title: string }, id = 'doc'): Passage {
  return {
    id: `${id}#0-${text.length}`,
    documentId: id,
    documentHash: 'hash',
    collection: 'test',
    title: meta.title,
    headings: [],
    start: 0,
    end: text.length,
    text,
    ordinal: 0,
    meta: { kind: 'story', ...meta },
  }
}

export const welder = passageOf(
  `我叫沈月华，1998年7月从技校毕业，分到东江造船厂当焊工，那年我19岁。刚进厂的时候，我跟着师傅周德厚学仰焊。师傅话不多，就一句：“手要稳，心更要稳。”头三个月，我胳膊上烫了二十多个泡，焊出来的缝像蚯蚓，没有一条合格。师傅不骂人，只让我把废板子一块一块磨掉重来。

2003年，厂里接了一条3.8万吨的化学品船，货舱要用双相不锈钢，板厚12毫米，层间温度不能超过100摄氏度。整个车间没人焊过这种料。我和两个徒弟在试验间蹲了46天，做了130多块试板，最后把一次合格率从72%提到了98.5%。那一年我拿到了市里的技术能手称号。

2011年我参加全国焊工大赛，得了第三名。2015年，我被评为省劳动模范，工作室也在那年挂了牌，到现在一共带出了37个徒弟，其中5个成了高级技师。我常跟年轻人说，焊枪不认文凭，只认你流过多少汗。`,
  { title: '从废板子开始', persona: 'shen', source: '讲座整理稿' },
  'stories/shen/first',
)

export const allowance = passageOf(
  `第九条 经认定的市级工匠，自认定次月起享受岗位津贴，每人每月1000元，发放期限为三年。区级工匠每人每月500元，发放期限为二年。
第十条 申请人应当具备下列条件：（一）在本市企业连续工作满五年；（二）具有高级工以上职业资格；（三）近三年内没有发生重大安全责任事故。
第十一条 申报材料应当于每年3月31日前提交所在区总工会，逾期不予受理。同一人不得同时享受市、区两级津贴。
第十二条 市总工会应当自收到推荐材料之日起30个工作日内完成评审，评审结果公示不少于7个工作日。符合条件的单位可以给予一次性奖励，最高不超过5万元。`,
  {
    title: '江城市工匠培养支持办法',
    kind: 'policy',
    issuedBy: '江城市总工会',
    documentNumber: '江工发〔2022〕18号',
    effectiveFrom: '2022-05-01',
  },
  'policies/allowance',
)

export const context: CheckContext = {
  passages: [welder, allowance],
  speakerNames: ['沈月华', '沈师傅', '沈工'],
  firstPerson: true,
  day: '2026-01-15',
}
