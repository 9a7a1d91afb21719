"""Files that editors upload, kept in memory: no disk has to have room before an upload can even be answered."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from common.images import LARGEST_BYTES

# By one more byte than is let in, so that whoever reads the file sees that it is too large.
MOST_KEPT = LARGEST_BYTES + 1


class BoundedUploadHandler(FileUploadHandler):
    """Keeps the beginning of a file, up to one byte more than is let in anywhere, and forgets the rest.

    Django's own handler lays larger files on a disk, and where that is full the editor meets an error page.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data, start):
        self.kept.write(raw_data[: MOST_KEPT - self.kept.tell()])

    def file_complete(self, file_size):
        size = self.kept.tell()
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name, self.content_type, size, self.charset, self.content_type_extra
        )
