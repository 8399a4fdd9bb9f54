/** Places that the dictionary of jieba knows as other words; everyday words that are places too (来宾, 白银) are left out. */
export const PLACE_WORDS: ReadonlySet<string> = new Set(
  (
    '石家庄 秦皇岛 张家口 承德 阳泉 吕梁 通辽 盘锦 铁岭 齐齐哈尔 伊春 连云港 宿迁 嘉兴 龙岩 宁德 景德镇 许昌 黄石 邵阳 常德 张家界 娄底 桂林 玉林 安顺 曲靖 玉溪 楚雄 ' +
    '德宏 商洛 金昌 武威 克拉玛依 余姚 福清 石狮 孟加拉 尼泊尔 沙特 乌克兰 阿根廷 莫斯科 柏林 马德里 奥斯陆 布达佩斯 马尼拉 波士顿 温哥华 圣保罗 慕尼黑 苏黎世 夏威夷 ' +
    '保定 包头 开封 自贡 遵义 大连 首尔 长治 运城 合肥 烟台 焦作 商丘 信阳 周口 恩施 河源 毕节 铜仁 宝鸡 酒泉 银川 名古屋 本溪 南通 金华 广元 昭通 义乌 开罗 法兰克福 ' +
    '营口 新余 茂名 清远 平凉 常熟 崇左 拉萨 林芝 哈密 慈溪 顺德 伊拉克 斯德哥尔摩 布拉格 伊斯坦布尔 新德里 多伦多 威尼斯 海口 河内 攀枝花'
  ).split(' '),
)

/** People whom that dictionary knows as other words. */
export const PEOPLE_WORDS: ReadonlySet<string> = new Set('拿破仑 牛顿 甘地 雨果 屈原 忽必烈 周恩来 老舍'.split(' '))
