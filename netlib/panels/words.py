"""What panels say, in English and in Chinese."""

from dataclasses import dataclass

__all__ = ["Words", "words"]


@dataclass(frozen=True, slots=True)
class Words:
    """What panels say of their own accord, in one language; {names} are filled in."""

    # both panels
    colon: str
    comma: str
    close: str
    opened: str
    closed: str
    late: str
    raised: str
    returned: str
    abandoned: str
    bare: str
    # the chat
    chat: str
    people: str
    hint: str
    send: str
    sleeps: str
    says: str
    hears: str
    notes: str
    detail: str
    source: str
    waiting: str
    sending: str
    sent: str
    unsent: str
    undecodable: str
    server: str
    from_server: str
    silent: str
    queued: str
    times: str
    ended: str
    hung_up: str
    earlier: str
    longer: str
    # the dashboard
    dashboard: str
    sampled: str
    columns: tuple[str, str, str, str, str]
    rate: str
    blank: str
    more: str
    # a server and select
    rounds: str
    sockets: tuple[str, str, str, str, str]
    listener: str
    read_write: tuple[str, str]
    crossed: str
    has_finished: str
    end_read: str
    is_gone: str
    stands: str
    unseen: str
    actions: tuple[str, str, str, str, str]
    # an address and its prefix length
    address_prefix: tuple[str, str]
    other_head: tuple[str, str]
    near_far: tuple[str, str]
    no_address: str
    # ports
    endpoints: tuple[str, str, str]
    any_port: str
    bind: str
    unbind: str
    bound: str
    refused: str
    unbound: str
    no_such: str


_ENGLISH = Words(
    colon=": ",
    comma=", ",
    close="Close",
    opened="Open.",
    closed="Closed.",
    late="No answer for {seconds:g} s: {name} has not come back.",
    raised="{name} raised {error}",
    returned="{name} was expected to return {expected}; it returned {got}",
    abandoned="{name} does not come back: its thread stays until the kernel is restarted.",
    bare="(To use it, ipywidgets must be installed: pip install ipywidgets)",
    chat="Chat of {people}",
    people=" and ",
    hint="write, then Enter",
    send="Send",
    sleeps="does not read",
    says="{who} says",
    hears="{who} hears",
    notes="{who}",
    detail=" ({detail})",
    source="from {source}",
    waiting="waiting",
    sending="being sent",
    sent="{count:,} B",
    unsent="not sent",
    undecodable="{source}, not {charset}",
    server="the server",
    from_server="from the server",
    silent="No answer for {seconds:g} s: nothing has arrived since {who} wrote.",
    queued="Messages that wait: {count}.",
    times="{text} ({count:,} times)",
    ended="{name} has ended, with nobody asking it to",
    hung_up="the server has closed the connection",
    earlier="… {count:,} earlier",
    longer="{text}… ({count:,} characters in all)",
    dashboard="Dashboard",
    sampled="Samples: {count:,}, one every {every:g} s.",
    columns=("", "now", "least", "most", "history"),
    rate="{name}/s",
    blank="No numbers yet.",
    more="… {count:,} more",
    rounds="{name}: {rounds:,} rounds of select; {answers:,} of them answered something.",
    sockets=("socket", "asked", "answered last", "bytes owed", "the client"),
    listener="listener",
    read_write=("read", "write"),
    crossed="sent {sent:,} B, read {read:,} B",
    has_finished="has finished",
    end_read="has read the end",
    is_gone="is gone",
    stands="No round for {seconds:.1f} s.",
    unseen="No round of {name} is seen: it has not called select.select of the module select.",
    actions=("a line", "64 kB", "read all", "finish", "reset"),
    address_prefix=("address", "prefix length"),
    other_head=("another address", "is"),
    near_far=("near", "by the gateway"),
    no_address="No IPv4 address: {text!r}. The picture is that of the last one.",
    endpoints=("protocol", "address", "port"),
    any_port="0: the kernel chooses",
    bind="bind",
    unbind="close the socket",
    bound="bound: {endpoint}",
    refused="not bound: {endpoint}: {name}, {text}",
    unbound="closed: {endpoint}",
    no_such="nothing to close: {endpoint}",
)
_CHINESE = Words(
    colon="：",
    comma="，",
    close="关闭",
    opened="已打开。",
    closed="已关闭。",
    late="{seconds:g} 秒没有应答：{name} 一直没有返回。",
    raised="{name} 抛出 {error}",
    returned="{name} 应返回 {expected}，实际返回 {got}",
    abandoned="{name} 一直不返回：它的线程会留到内核重启为止。",
    bare="（要操作它，请先安装 ipywidgets：pip install ipywidgets）",
    chat="聊天：{people}",
    people="、",
    hint="输入后按回车",
    send="发送",
    sleeps="不读",
    says="{who} 说",
    hears="{who} 收到",
    notes="{who}",
    detail="（{detail}）",
    source="来自 {source}",
    waiting="等待中",
    sending="发送中",
    sent="{count:,} 字节",
    unsent="未发送",
    undecodable="{source}，不是 {charset} 编码",
    server="服务器",
    from_server="来自服务器",
    silent="{seconds:g} 秒没有应答：{who} 发出消息之后，什么也没有收到。",
    queued="还有 {count} 条消息在等待。",
    times="{text}（共 {count:,} 次）",
    ended="没有人要求，{name} 自己结束了",
    hung_up="服务器关闭了连接",
    earlier="… 前面还有 {count:,} 条",
    longer="{text}…（共 {count:,} 个字符）",
    dashboard="仪表盘",
    sampled="已采样 {count:,} 次，每 {every:g} 秒一次。",
    columns=("", "当前", "最小", "最大", "历史"),
    rate="{name}/秒",
    blank="还没有数据。",
    more="… 还有 {count:,} 行",
    rounds="{name}：select 已调用 {rounds:,} 轮，其中 {answers:,} 轮有就绪的套接字。",
    sockets=("套接字", "询问", "最近的回答", "欠的字节", "客户端"),
    listener="监听套接字",
    read_write=("读", "写"),
    crossed="已发 {sent:,} B，已读 {read:,} B",
    has_finished="已关闭写端",
    end_read="已读到结束",
    is_gone="已断开",
    stands="已有 {seconds:.1f} 秒没有新的一轮。",
    unseen="看不到 {name} 的任何一轮：它没有调用 select 模块的 select.select。",
    actions=("发一行", "发 64 kB", "读完", "关闭写端", "复位"),
    address_prefix=("地址", "前缀长度"),
    other_head=("别的地址", "怎么到"),
    near_far=("直连", "经网关"),
    no_address="{text!r} 不是 IPv4 地址。图中仍是上一个。",
    endpoints=("协议", "地址", "端口"),
    any_port="0：由内核选",
    bind="绑定",
    unbind="关闭套接字",
    bound="已绑定：{endpoint}",
    refused="没有绑定：{endpoint}：{name}，{text}",
    unbound="已关闭：{endpoint}",
    no_such="没有可关闭的：{endpoint}",
)
_LANGUAGES = {"en": _ENGLISH, "zh": _CHINESE}


def words(language: str) -> Words:
    """Return the words of a language: "en" or "zh".

    Raises:
        ValueError: another language.
    """
    if language not in _LANGUAGES:
        raise ValueError(f'expected language to be "en" or "zh"; got {language!r}')
    return _LANGUAGES[language]
