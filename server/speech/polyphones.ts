/** What stands before a name, so that neither 了解师傅 nor 担任老师 is one. */
const BEFORE_NAME = '(?<=^|[^\\p{Script=Han}]|[是叫和跟同与向请听给对找让的由被老小])'
const CALLED = '师傅|大姐|大哥|师兄|师姐|师弟|师妹|同志|先生|女士|老师|工程师|院士|教授'
/** Two of these behind a surname are a given name. */
const GIVEN = '[国建志振明文德永玉秀春桂海庆宝晓光福云军华平强伟勇芳兰英梅林生祥民峰刚杰]{2}'
/** Surnames that are read otherwise than the word. */
const SURNAMES: Readonly<Record<string, string>> = {
  单: 'shan4',
  曾: 'zeng1',
  解: 'xie4',
  仇: 'qiu2',
  朴: 'piao2',
  区: 'ou1',
  查: 'zha1',
  盖: 'ge3',
  任: 'ren2',
  华: 'hua4',
  燕: 'yan1',
  应: 'ying1',
  葛: 'ge3',
  翟: 'zhai2',
  缪: 'miao4',
  覃: 'qin2',
  冼: 'xian3',
  尉: 'wei4',
}

/** The character has the reading where the pattern begins to match, that is, where the words around it say so. */
const RULES: readonly (readonly [char: string, reading: string, pattern: string])[] = [
  ...Object.entries(SURNAMES).map(
    ([name, reading]) =>
      [
        name,
        reading,
        `${BEFORE_NAME}(?<!小(?=区)|老(?=区))${name}(?=${CALLED})|(?<=姓)${name}|${name}(?!明生|明文)(?=${GIVEN}(?!件|产|活))`,
      ] as const,
  ),
  // 得: must, before a verb; else the mark of what a verb leads to.
  [
    '得',
    'dei3',
    '(?<=[我你您他她它们咱就也还又总都非必可那活儿事])得(?![了到过意力奖失分益知以体当罪第来出不很多])(?=\\p{Script=Han})',
  ],
  [
    '得',
    'de0',
    '(?<=[焊干做跑站走写说讲学练磨看听打摸修调装起长算拿抓管累忙急热冷])得(?![了到过意奖失益知以体当罪第])',
  ],
  // 地: behind what is said twice (慢慢地, 一步一步地). A lookbehind is matched backwards: the group stands last.
  [
    '地',
    'de0',
    '(?<=\\1(\\p{Script=Han})|一\\2一(\\p{Script=Han})|不[停断住]|认真|仔细|耐心|反复|用力|使劲)地(?![面方区上下里点板位址形铁震理图基盘质带皮])',
  ],
  // 还: give back.
  ['还', 'huan2', '(?<=[把将]\\p{Script=Han}{1,6})还(?=[了给回清上])|还(?=了(?!得)|清|钱|债|款|贷)'],
  // 系: fasten.
  ['系', 'ji4', '(?<![联关体派干嫡直星水母院维谱])系(?=[好紧牢]|上?(?:安全带|安全绳|鞋带|扣子|围裙|红领巾|领带))'],
  // 教: teach somebody.
  [
    '教',
    'jiao1',
    '(?<![宗佛任执请讨管言身受指支助说调早党高职领])教(?=[我你您他她咱谁给过]|会(?!堂)|徒弟|大家|工友|新人|年轻|孩子)',
  ],
  // 干: work, where nothing gets dry.
  [
    '干',
    'gan4',
    '(?<![烘晾风烤晒擦吹若相天包阴烧榨流蒸饼口肉豆笋抹烫沥喝焙拧脱])干(?=了\\p{Script=Han}|[过着到得起出成完啥这那一几十多]|什么)',
  ],
  ['干', 'gan4', '(?<=[苦实巧敢肯想爱拼快大蛮埋头])干(?=$|[^\\p{Script=Han}])'],
  // 重: once more, before a verb that is counted.
  [
    '重',
    'chong2',
    '重(?=[装焊做磨测写画练走拆打配校铸算考拍排](?:[一两几]?[遍次]|一下))|(?<=拆开|返工|推倒|拆了)重(?=\\p{Script=Han})',
  ],
  // 长: grow by an amount; be so long.
  ['长', 'zhang3', '(?<=[又再没越裂能会])长(?=了[一两几半])'],
  ['长', 'chang2', '长(?=[一二两三四五六七八九十百千几半]{1,6}(?:点\\p{Script=Han}{1,3})?(?:米|厘米|毫米|公里|尺|寸))'],
  ['宿', 'xiu3', '(?<=[一二两三四五六七八九十几半整])宿(?![舍营主])'],
  ['量', 'liang2', '(?<=[尺具表仪规再先去来要能没你我他])量(?=[一了过准完]|出(?!货)|尺寸|直径|长度|间隙|温度)'],
  ['着', 'zhao2', '(?<=[找睡见摸够猜逮])着(?=了)|(?<=[找睡买见摸够猜用]不)着'],
  ['为', 'wei2', '(?<=[径度差数率量值比压流速温额期距厚宽高重])为(?=[零一二两三四五六七八九十百千万负正])'],
  ['只', 'zhi1', '(?<=[一二两三四五六七八九十百几这那每半])只(?![有能是要会不见好知为凭用怕想剩差做干需许求管顾靠])'],
  ['钉', 'ding4', '(?<=^|[^\\p{Script=Han}]|[去来要会先再])钉(?=钉子|上|进|好|牢)'],
  // 为: as, be.
  [
    '为',
    'wei2',
    '(?<=[评选称誉定视作成分改变化列升转聘命尊拜奉封])为(?![了民国何])|(?<=以\\p{Script=Han}{1,6})为(?![了什何])',
  ],
  ['划', 'hua2', '划(?=[开破过伤船算拳桨])'],
  ['铺', 'pu1', '(?<![店床当卧上下地药肉匠杂饭商中硬软打])铺(?![子面位])'],
  ['露', 'lou4', '露(?=了?一手|[面脸馅怯头底])'],
  ['校', 'jiao4', '校(?=[表准平直正尺])'],
  ['还', 'huan2', '还(?=$|[，。！？；])'],
  ['干', 'gan4', '(?<=[起着地来去])干(?=$|[，。！？；])'],
  // 行车: a crane.
  ['行', 'hang2', '行(?=车[工吊梁轨])|(?<=开|桥式|操作)行(?=车(?!速|道))'],
  ['着', 'zhe0', '着(?=火候)|(?<=[握拉牵搓摆挥伸甩招拍])着(?=手)'],
  ['调', 'diao4', '(?<=被|后来|组织|上级|领导|单位)调(?=[到去往回])'],
]
const COMPILED = RULES.map(([char, reading, pattern]) => ({ char, reading, pattern: new RegExp(pattern, 'gu') }))

/** Sets what the words around a character say of its reading; `readings` has one entry for each of `chars`. */
export function readPolyphones(chars: readonly string[], readings: string[]): void {
  // Each character counts once here, whatever its length in UTF-16.
  const text = chars.map((char) => (char.length === 1 ? char : '□')).join('')
  for (const { reading, pattern } of COMPILED) for (const { index } of text.matchAll(pattern)) readings[index] = reading
}
