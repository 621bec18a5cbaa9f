"""The words of the catalogue pages: English and Chinese side by side."""

from __future__ import annotations

from collections.abc import Callable

DEFAULT_LANGUAGE = "zh-CN"

# (English, Chinese) by what is said.
WORDS = {
    "catalogue": ("Methodologies", "方法学目录"),
    "lead": (
        (
            "Every published rule of the programme: what it counts, whether it can be used today, "
            "how good its figures are, and what is still missing and in which document it stands."
        ),
        (
            "本计划已公布的全部方法学：计入什么行为、今天能否使用、数据来源等级如何、"
            "还缺哪些数据以及这些数据载于哪份文件。"
        ),
    ),
    "other_language": ("中文", "English"),
    "original": ("", "以下条文和数据名称按发布原文（英文）显示。"),
    "count": ("versions", "个版本"),
    "taking": ("in force", "个生效中"),
    "title": ("Methodology", "方法学"),
    "behaviour": ("Behaviour", "行为代码"),
    "version": ("Version", "版本"),
    "class": ("Class", "类别"),
    "state": ("State", "状态"),
    "worst_grade": ("Weakest source", "最弱来源等级"),
    "missing": ("Missing", "缺失"),
    "what_is_missing": ("What is missing, and where it stands", "缺什么、载于哪份文件"),
    "missing_none": ("Nothing is missing.", "没有缺失。"),
    "missing_lead": (
        "Nothing is filled in: what nobody could read stays open until the document is found.",
        "缺失数据一律不作估填：在取得相应文件之前保持空缺。",
    ),
    "blocks": ("needed before use", "使用前必须补齐"),
    "open": ("not read yet", "尚未查到"),
    "what": ("What", "缺什么"),
    "where": ("Document", "载于哪份文件"),
    "back": ("All methodologies", "全部方法学"),
    "category": ("Category", "领域"),
    "days": ("In force", "适用期"),
    "from_day": ("from", "自"),
    "to_day": ("to", "至"),
    "withdrawn_from": ("withdrawn from", "撤回日期"),
    "regions": ("Regions", "适用地区"),
    "everywhere": ("All provinces", "全国各省"),
    "document": ("Document", "依据文件"),
    "applicant": ("Who reports", "申报人"),
    "crediting": ("Credited", "计入期"),
    "scope": ("Scope", "适用范围"),
    "applicability": ("Applicability", "适用条件"),
    "quantities": ("Quantities to report", "需报送的活动数据"),
    "evidence": ("Evidence", "证明材料"),
    "name": ("Name", "名称"),
    "meaning": ("Meaning", "含义"),
    "unit": ("Unit", "单位"),
    "range": ("Range", "取值范围"),
    "required": ("Required", "必填"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "parameters": ("Parameters", "参数"),
    "value": ("Value", "数值"),
    "source": ("Source", "来源"),
    "grade": ("Grade", "等级"),
    "by_area": ("by area", "按地区取值"),
    "is_awaited": ("not known yet", "暂缺"),
    "equations": ("Equations, as written", "计算公式（按原文结构）"),
    "conditions": ("Conditions", "准入条件"),
    "result": ("credited result", "计入结果"),
    "sources": ("Sources", "资料来源"),
    "read": ("What was read there", "查阅内容"),
    "digest": ("Digest of the document", "文件摘要值"),
    "as_json": ("The whole document as JSON", "完整文件（JSON）"),
    "none": ("None.", "无。"),
    "unread": ("not read", "未查到"),
    "state.published": ("not yet in force", "已公布，未生效"),
    "state.in_force": ("in force", "生效中"),
    "state.awaiting": ("awaiting figures", "待补数据"),
    "state.superseded": ("superseded", "已被取代"),
    "state.ended": ("ended", "已到期"),
    "state.withdrawn": ("withdrawn", "已撤回"),
    "class.project": ("project", "项目类"),
    "class.scene": ("scene", "场景类"),
    "class.behaviour_only": ("behaviour only", "行为类（仅积分）"),
    "grade.official": ("official", "官方原文"),
    "grade.secondary": ("secondary", "转引"),
    "grade.press": ("press", "媒体报道"),
    "grade.assumption": ("assumption", "假定"),
    "grades": (
        (
            "Grades, from best to worst: official (the issuer's own text), secondary (a copy that "
            "cites it), press, assumption (nobody printed it for this use)."
        ),
        "来源等级由高到低：官方原文、转引（引用原文的文本）、媒体报道、假定（无文本为此用途给出）。",
    ),
    "policy.pinned": ("pinned to one notice", "固定采用某期公告"),
    "policy.activity_year": ("the year of the action", "采用行为发生年度数据"),
    "policy.latest_published": ("the latest published", "采用最新公布数据"),
    "category.clothing": ("Clothing", "衣"),
    "category.food": ("Food", "食"),
    "category.housing": ("Housing", "住"),
    "category.travel": ("Travel", "行"),
    "category.goods": ("Goods", "用"),
    "category.office": ("Office", "办公"),
    "category.digital_finance": ("Digital finance", "数字金融"),
    "category.project": ("Projects", "项目"),
}


def words_in(language: str) -> Callable[[str], str]:
    """What says a word in ``en`` or ``zh-CN``; one that nobody wrote is a KeyError, not a gap."""
    column = ("en", "zh-CN").index(language)
    return lambda name: WORDS[name][column]
