package app

import "fundbook/publicity"

// noticeOperations are what happens to an issued notice, and to objections.
var noticeOperations = []Operation{
	operation(Spec{"notice.post", "登记公告张贴：地点、日期、照片", "record that a notice was posted: place, day, photo", "notice.post"}, townshipMay, publicity.Post),
	operation(Spec{"notice.take_down", "登记公告撤下", "record that a notice was taken from a board", "notice.post"}, townshipMay, publicity.TakeDown),
	operation(Spec{"notice.sign", "村务监督委员会签字", "the village's supervisors sign under a posting", "notice.sign"}, townshipMay, publicity.Sign),
	operation(Spec{"notice.withdraw", "撤回公告：所开支付关口随即关闭，公示期重新计算", "withdraw a notice: the gates it opened shut, its clock restarts", "notice.withdraw"}, townshipMay, publicity.Withdraw),
	operation(Spec{"objection.register", "登记群众异议", "register an objection to a notice", "objection.register"}, townshipMay, publicity.Object),
	operation(Spec{"objection.assign", "交办异议", "give an objection to an office", "objection.handle"}, townshipMay, publicity.Assign),
	operation(Spec{"objection.accept", "受理异议：所指的行暂停支付", "accept an objection: the line it disputes is not paid meanwhile", "objection.handle"}, townshipMay, publicity.AcceptObjection),
	operation(Spec{"objection.reject", "不予受理异议", "do not take an objection up, with the reason", "objection.handle"}, townshipMay, publicity.RejectObjection),
	operation(Spec{"objection.prolong", "延长异议核查", "hold the disputed line longer, with the reason", "objection.handle"}, townshipMay, publicity.Prolong),
	operation(Spec{"objection.lapse", "异议核查期满，所指的行恢复支付", "the term of an inquiry is over: its line is paid again", "objection.handle"}, townshipMay, publicity.Lapse),
	operation(Spec{"objection.answer", "答复异议：成立的，公告撤回", "answer an objection; upheld, the notice is withdrawn", "objection.handle"}, townshipMay, publicity.Answer),
	operation(Spec{"objection.publish", "公开异议处理结果", "make the result of an objection public", "objection.handle"}, townshipMay, publicity.PublishAnswer),
	operation(Spec{"objection.hand_over", "移交纪检、审计", "hand an objection over to discipline inspection or audit", "objection.hand_over"}, countyOnly, publicity.HandOver),
}
