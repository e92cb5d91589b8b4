"""Every channel by name, in the order in which an edition goes out: our own pages first, because
letters and posts link to them."""

from __future__ import annotations

from pipeline.publish.channels.base import Channel
from pipeline.publish.channels.brief import Brief
from pipeline.publish.channels.facebook import Facebook
from pipeline.publish.channels.mastodon import Mastodon
from pipeline.publish.channels.newsletter import Newsletter
from pipeline.publish.channels.notice import Notice
from pipeline.publish.channels.others import Others
from pipeline.publish.channels.portal import Portal
from pipeline.publish.channels.poster import Poster
from pipeline.publish.channels.press import Press
from pipeline.publish.channels.radio import Radio
from pipeline.publish.channels.sms import Sms
from pipeline.publish.channels.wordpress import WordPress
from pipeline.publish.channels.zalo import Zalo
from pipeline.publish.channels.zalo_broadcast import ZaloBroadcast

CHANNELS: dict[str, Channel] = {
    channel.name: channel
    for channel in (
        Portal(),
        Newsletter(),
        Zalo(),
        ZaloBroadcast(),
        Facebook(),
        Radio(),
        Sms(),
        Poster(),
        Brief(),
        Press(),
        Mastodon(),
        WordPress(),
        Others(),
        Notice(),
    )
}
