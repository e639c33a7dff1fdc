"""What comes up the wire is cut off, so that nobody fills the disk with one form."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

from portal.attachments.services import MAX_BYTES

# Of all files of one request; no form takes more than six photos.
MAX_TOTAL = 7 * MAX_BYTES


class Cut(FileUploadHandler):
    """Stands before Django's own handlers: of each file one byte more than a photo may have, then nothing more.

    That byte is what `keep_photo` sees, and it says so in words. A form that takes tables must refuse what is larger
    than a photo may be, because half a table reads like a whole one.
    """

    taken = total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        left = min(MAX_BYTES + 1 - self.taken, MAX_TOTAL - self.total)
        if left <= 0:
            return None
        kept = raw_data[:left]
        self.taken += len(kept)
        self.total += len(kept)
        return kept

    def file_complete(self, file_size: int) -> None:
        return None
