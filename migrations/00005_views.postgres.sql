-- +goose Up
-- Views for auditors, in Chinese: 科目, 批次, 分录, 凭证, 科目余额. They show what the
-- tables hold and nothing else; memo and event of an entry stand in its record, which
-- the program decodes (fundbook report). 金额分 is an exact whole number of fen.
-- 金额 is the same in yuan.

CREATE VIEW "科目" AS
  SELECT x.account AS "科目", x.name AS "名称", x.side AS "余额方向", x.grp AS "账组" FROM (
    SELECT '1001' AS account, '国库待拨资金' AS name, '借' AS side, 'F' AS grp
    UNION ALL SELECT '1002', '专户存款', '借', 'F'
    UNION ALL SELECT '1101', '拨付乡镇待报账资金', '借', 'F'
    UNION ALL SELECT '1102', '批次间垫付往来', '借', 'F'
    UNION ALL SELECT '1201', '预付项目款', '借', 'F'
    UNION ALL SELECT '1203', '一卡通代发在途', '借', 'F'
    UNION ALL SELECT '1211', '应追回资金', '借', 'F'
    UNION ALL SELECT '1301', '在建项目支出', '借', 'F'
    UNION ALL SELECT '1303', '乡级待报账支出', '借', 'F'
    UNION ALL SELECT '2001', '应付项目款', '贷', 'F'
    UNION ALL SELECT '2002', '应付到户补助', '贷', 'F'
    UNION ALL SELECT '2003', '应付质量保证金', '贷', 'F'
    UNION ALL SELECT '2004', '代管保证金', '贷', 'F'
    UNION ALL SELECT '2005', '错付待恢复应付款', '贷', 'F'
    UNION ALL SELECT '2006', '待确认来款', '贷', 'F'
    UNION ALL SELECT '2102', '县级拨入待报账资金', '贷', 'F'
    UNION ALL SELECT '2201', '应缴财政款', '贷', 'F'
    UNION ALL SELECT '3001', '专项资金结转', '贷', 'F'
    UNION ALL SELECT '3201', '以前年度调整', '贷', 'F'
    UNION ALL SELECT '3301', '本年收支结转', '贷', 'F'
    UNION ALL SELECT '4001', '上级补助收入', '贷', 'F'
    UNION ALL SELECT '4002', '本级安排收入', '贷', 'F'
    UNION ALL SELECT '4003', '债券资金收入', '贷', 'F'
    UNION ALL SELECT '4004', '社会帮扶收入', '贷', 'F'
    UNION ALL SELECT '4005', '利息收入', '贷', 'F'
    UNION ALL SELECT '5001', '项目支出', '借', 'F'
    UNION ALL SELECT '5003', '到户补助支出', '借', 'F'
    UNION ALL SELECT '5004', '贷款贴息支出', '借', 'F'
    UNION ALL SELECT '5005', '项目管理费', '借', 'F'
    UNION ALL SELECT '6101', '上级下达指标', '贷', 'B'
    UNION ALL SELECT '6102', '本级安排指标', '贷', 'B'
    UNION ALL SELECT '6103', '债券资金指标', '贷', 'B'
    UNION ALL SELECT '6104', '社会帮扶指标', '贷', 'B'
    UNION ALL SELECT '6105', '利息转入指标', '贷', 'B'
    UNION ALL SELECT '6201', '上年结转指标', '贷', 'B'
    UNION ALL SELECT '6202', '以前年度收回指标', '贷', 'B'
    UNION ALL SELECT '7101', '待分配指标', '借', 'B'
    UNION ALL SELECT '7102', '统筹整合资金池', '借', 'B'
    UNION ALL SELECT '7103', '已分解部门指标', '借', 'B'
    UNION ALL SELECT '7104', '已分解乡镇指标', '借', 'B'
    UNION ALL SELECT '7105', '已分解下级县区指标', '借', 'B'
    UNION ALL SELECT '7106', '已分解未指明单位指标', '借', 'B'
    UNION ALL SELECT '7201', '项目计划指标', '借', 'B'
    UNION ALL SELECT '7202', '项目合同约束', '借', 'B'
    UNION ALL SELECT '7203', '应付待支付指标', '借', 'B'
    UNION ALL SELECT '7204', '支付申请占用', '借', 'B'
    UNION ALL SELECT '7301', '已付待报账', '借', 'B'
    UNION ALL SELECT '7302', '已报账列支', '借', 'B'
    UNION ALL SELECT '7401', '待收回指标', '借', 'B'
    UNION ALL SELECT '7403', '上级收回', '借', 'B'
    UNION ALL SELECT '7404', '收回本级统筹', '借', 'B'
    UNION ALL SELECT '9101', '备查登记', '借', 'M'
    UNION ALL SELECT '9102', '备查对应', '贷', 'M'
  ) x;

CREATE VIEW "批次" AS
  SELECT h.code AS "县", l.code AS "批次", encode(l.id, 'hex') AS "标识", l.document AS "文件", l.line AS "行",
    CASE WHEN l.doc_no = '' THEN '未列明文号' ELSE l.doc_no END AS "文号", l.name AS "资金名称", l.budget_year AS "预算年度",
    CASE l.tier WHEN 'central' THEN '中央' WHEN 'province' THEN '省级' WHEN 'city' THEN '市级' WHEN 'county' THEN '县级' WHEN 'central+province' THEN '中央及省级' WHEN 'donor' THEN '社会帮扶' WHEN 'own' THEN '自筹' WHEN 'other' THEN '其他' WHEN 'unstated' THEN '未列明' ELSE l.tier END AS "层级",
    CASE l.class WHEN 'ZX' THEN '财政专项扶贫资金' WHEN 'XJ' THEN '财政衔接推进乡村振兴补助资金' WHEN 'ZH' THEN '统筹整合财政涉农资金' WHEN 'ZQ' THEN '地方政府一般债券' WHEN 'ZC' THEN '县本级安排' WHEN 'HZ' THEN '东西部协作、定点帮扶' WHEN 'SH' THEN '社会捐赠' WHEN 'CP' THEN '中央专项彩票公益金' WHEN 'TX' THEN '扶贫小额信贷贴息' WHEN 'LX' THEN '存款利息' WHEN 'RZ' THEN '融资资金' WHEN 'JZ' THEN '收回结余再安排' WHEN 'QT' THEN '其他配套、自筹资金' WHEN 'BZ' THEN '代管保证金' WHEN 'DQ' THEN '待确认来款' ELSE l.class END AS "类别",
    CAST(CAST(l.amount AS NUMERIC) / 100 AS NUMERIC(20, 2)) AS "文件金额", l.amount AS "文件金额分", l.seq AS "登记序号"
  FROM lot l JOIN head h ON h.county = l.county;

CREATE VIEW "分录" AS
  SELECT h.code AS "县", l.seq AS "序号", l.n + 1 AS "行", substr(CAST(l.day AS TEXT), 1, 4) || '-' || substr(CAST(l.day AS TEXT), 5, 2) || '-' || substr(CAST(l.day AS TEXT), 7, 2) AS "凭证日期",
    k.book AS "账套", k.grp AS "账组", k.account AS "科目", a."名称" AS "科目名称", k.sub AS "明细", t.code AS "批次",
    k.project AS "项目", k.contract AS "合同", k.payee AS "收款方", k.unit AS "单位", k.pool AS "资金池",
    coalesce(p.code, '') AS "对方批次", CASE WHEN l.side = 1 THEN '借' ELSE '贷' END AS "方向",
    CAST(CAST(l.fen AS NUMERIC) / 100 AS NUMERIC(20, 2)) AS "金额", l.fen AS "金额分", k.id % 4294967296 AS "账户编号"
  FROM line l JOIN account_key k ON k.id = l.key JOIN head h ON h.county = l.county
    LEFT JOIN "科目" a ON a."科目" = k.account LEFT JOIN lot t ON t.county = k.county AND t.id = k.lot
    LEFT JOIN lot p ON p.county = k.county AND p.id = k.peer;

CREATE VIEW "凭证" AS
  SELECT h.code AS "县", s.book AS "账套", substr(CAST(s.period AS TEXT), 1, 4) || '-' || substr(CAST(s.period AS TEXT), 5, 2) AS "期间", s.word AS "字", v.no AS "号",
    v.seq AS "序号", substr(CAST(r.day AS TEXT), 1, 4) || '-' || substr(CAST(r.day AS TEXT), 5, 2) || '-' || substr(CAST(r.day AS TEXT), 7, 2) AS "凭证日期",
    to_char(to_timestamp(r.at / 1000000) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') AS "记录时间", r.lines AS "分录数",
    o.original AS "冲销序号", b.seq AS "被冲销序号", encode(r.actor, 'hex') AS "操作人"
  FROM voucher v JOIN voucher_series s ON s.county = v.county AND s.id = v.series JOIN head h ON h.county = v.county
    JOIN record r ON r.county = v.county AND r.seq = v.seq
    LEFT JOIN reversal o ON o.county = v.county AND o.seq = v.seq LEFT JOIN reversal b ON b.county = v.county AND b.original = v.seq;

CREATE VIEW "科目余额" AS
  SELECT x.code AS "县", x.book AS "账套", x.grp AS "账组", x.account AS "科目", a."名称" AS "科目名称", x.sub AS "明细", x.lot AS "批次",
    CAST(CAST(x.debit AS NUMERIC) / 100 AS NUMERIC(20, 2)) AS "借方",
    CAST(CAST(x.credit AS NUMERIC) / 100 AS NUMERIC(20, 2)) AS "贷方",
    CAST(CAST((x.debit - x.credit) AS NUMERIC) / 100 AS NUMERIC(20, 2)) AS "余额",
    x.debit AS "借方分", x.credit AS "贷方分", x.debit - x.credit AS "余额分"
  FROM (SELECT h.code, k.book, k.grp, k.account, k.sub, t.code AS lot, CAST(sum(d.debit) AS BIGINT) AS debit, CAST(sum(d.credit) AS BIGINT) AS credit
    FROM account_key k JOIN day_total d ON d.key = k.id JOIN head h ON h.county = k.county
      LEFT JOIN lot t ON t.county = k.county AND t.id = k.lot
    GROUP BY h.code, k.book, k.grp, k.account, k.sub, t.code) x LEFT JOIN "科目" a ON a."科目" = x.account;

-- Reports by project find their accounts without reading all of them.
CREATE INDEX account_key_project ON account_key (county, project);
-- The entry that turned another red is found from either side.
CREATE INDEX reversal_seq ON reversal (county, seq);

GRANT SELECT ON "科目", "批次", "分录", "凭证", "科目余额" TO fundbook_app;
