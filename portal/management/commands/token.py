from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.accounts.queries import by_username
from portal.signin.services import api_token


class Command(BaseCommand):
    help = "打印一个账号的 API 令牌，没有就发一个。(print the API token of an account)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--new", action="store_true", help="make a new one; the one before ends")

    def handle(self, *args: Any, **options: Any) -> None:
        user = by_username(options["username"])
        if user is None or not user.is_active:
            raise CommandError(f"没有叫“{options['username']}”的账号，或者它停用了。")
        self.stdout.write(api_token(user=user, fresh=options["new"]))
