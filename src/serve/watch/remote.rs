//! File systems that do not tell of all changes: what is changed on another machine, or by the host
//! of a virtual one, comes without an event.

use std::path::Path;

/// The name of the file system on which this lies, if it is one of those.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn remote(path: &Path) -> Option<&'static str> {
    let found = rustix::fs::statfs(path).ok()?;
    // Signed or not, 32 or 64 bits: as the machine has it. The numbers have 32 bits.
    #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, clippy::cast_lossless)]
    let magic = found.f_type as u32;
    name(magic)
}

/// Nothing is known of this here.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn remote(_: &Path) -> Option<&'static str> {
    None
}

/// After `statfs(2)` and `linux/magic.h`; VirtualBox and VMware after their own drivers.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn name(magic: u32) -> Option<&'static str> {
    Some(match magic {
        0x6969 => "NFS",
        0x517b => "SMB",
        0xff53_4d42 => "CIFS",
        0xfe53_4d42 => "SMB2",
        // Drives of Windows under WSL 2, folders of the host in virtual machines.
        0x0102_1997 => "9p",
        // sshfs, virtiofs, rclone, drives of Windows by ntfs-3g.
        0x6573_5546 => "FUSE",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x564c => "NCP",
        0x00c3_6400 => "Ceph",
        0x0bd0_0bd0 => "Lustre",
        0x0116_1970 => "GFS2",
        0x7461_636f => "OCFS2",
        0x786f_4256 => "vboxsf",
        0xbacb_acbc => "vmhgfs",
        0x7c7c_6673 => "prl_fs",
        _ => return None,
    })
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_is_told_from_what_is_elsewhere() {
        assert_eq!((name(0x6969), name(0xfe53_4d42)), (Some("NFS"), Some("SMB2")));
        // ext4, tmpfs, btrfs, XFS, overlayfs, ZFS
        for local in [0xef53, 0x0102_1994, 0x9123_683e, 0x5846_5342, 0x794c_7630, 0x2fc1_2fc1] {
            assert_eq!(name(local), None);
        }
        assert_eq!(remote(Path::new("/proc")), None);
        assert_eq!(remote(Path::new("/there/is/no/such/folder")), None);
    }
}
